/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-kiosk-screen.h"
#include "model/tst-code-lists.h"

G_BEGIN_DECLS

/**
 * TstKioskFlow:
 *
 * One question a screen: the question, how far one is in words («3 de 5»), and «Atrás» and «Seguir» always in the same place. Subclasses
 * say which step follows which; so the way depends on the answers.
 *
 * Property: "step" (string, notifies).
 */
#define TST_TYPE_KIOSK_FLOW (tst_kiosk_flow_get_type ())
G_DECLARE_DERIVABLE_TYPE (TstKioskFlow, tst_kiosk_flow, TST, KIOSK_FLOW, TstKioskScreen)

struct _TstKioskFlowClass
{
  TstKioskScreenClass parent_class;
  /* The step after @step as things stand now; NULL: it is the last. */
  const char *(*next) (TstKioskFlow *self, const char *step);
  /* Whether one may go on from @step; a voluntary step that is empty offers «Omitir» instead of «Seguir». */
  gboolean (*is_complete) (TstKioskFlow *self, const char *step);
  /* Before going on: FALSE keeps the person here (the reason was said by tst_kiosk_flow_set_trouble()). (nullable) */
  gboolean (*check) (TstKioskFlow *self, const char *step);
  /* «Seguir» on the last step. */
  void (*complete) (TstKioskFlow *self);
  /* (nullable) A step comes or goes. */
  void (*entered) (TstKioskFlow *self, const char *step);
  void (*left) (TstKioskFlow *self, const char *step);
};

/* A step; the first one added is where it begins. @name and @forward (nullable: «Seguir») are static. Returns the box for its controls. */
GtkWidget *tst_kiosk_flow_add (TstKioskFlow *self, const char *name, const char *question, const char *explanation, const char *forward,
                               gboolean voluntary);
/* «Seguir» is not for this step: its own buttons lead on. */
void tst_kiosk_flow_hide_forward (TstKioskFlow *self, const char *name);
/* A step beside the way, which one may do without: it is not counted. */
void tst_kiosk_flow_set_aside (TstKioskFlow *self, const char *name);

const char *tst_kiosk_flow_get_step (TstKioskFlow *self);
void tst_kiosk_flow_go (TstKioskFlow *self, const char *step); /* the step left stays in the way back */
void tst_kiosk_flow_go_on (TstKioskFlow *self);                /* as «Seguir» */
/* An answer changed: the buttons and the count follow. */
void tst_kiosk_flow_update (TstKioskFlow *self);
void tst_kiosk_flow_set_trouble (TstKioskFlow *self, const char *text); /* (nullable) */
/* While saving: nothing can be pressed. */
void tst_kiosk_flow_set_busy (TstKioskFlow *self, gboolean busy);
gboolean tst_kiosk_flow_get_busy (TstKioskFlow *self);

/* A question answered by one large button; its words stand above already. Choosing goes on by itself when the step is shown. */
GtkWidget *tst_kiosk_flow_choice (TstKioskFlow *self, GtkWidget *box, const char *question, TstCodeList list);

/* An entry that learns nothing and offers nothing, whose Enter goes on; and an area of text. Their changes update the flow. */
GtkWidget *tst_kiosk_flow_entry (TstKioskFlow *self, GtkWidget *box, const char *label, GtkInputPurpose purpose);
/* Down to what comes last in the step: after a choice that leaves something to be filled in below the edge of a phone. */
void tst_kiosk_flow_show_rest (TstKioskFlow *self);
GtkWidget *tst_kiosk_flow_area (TstKioskFlow *self, GtkWidget *box, const char *label, int height);

G_END_DECLS
