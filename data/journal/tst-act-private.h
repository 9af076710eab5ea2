/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-capture.h"
#include "journal/tst-field-book-async.h"
#include "journal/tst-journal-private.h"
#include "journal/tst-visit.h"

G_BEGIN_DECLS

/* Inside of tst-field-book-async.c, what saves, and tst-field-book-look.c, what only looks. */

/* Everything that an act takes and gives, so that one pair of pools serves all of them. */
typedef struct _TstAct TstAct;
typedef void (*TstActRun) (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error);
struct _TstAct
{
  TstActRun run;

  /* in */
  char *id, *text, *extra, *name;
  char *object;         /* JSON of what a person typed: wiped when freed */
  TstClock *clock;
  TstEventSpec event;   /* strings owned */
  TstPhotoSpec photo;   /* strings owned, its places point to those below */
  TstPlace place, else_place;
  TstCaptureSpec capture; /* but for its photo, which is @photo; strings owned */
  GBytes *bytes;
  GPtrArray *attachments; /* of TstAttachment */
  TstQuery query;       /* strings owned */
  gboolean deep;

  /* out */
  TstFieldBook *book;
  char *new_id, *number, *due_on;
  TstPhotoResult photo_result;
  JsonObject *answer;
  GPtrArray *rows;
};

TstAct *tst_act_new (TstActRun run);
/* To the pool of one thread, in order; or to that of those who only look. Both take @act over. */
void tst_act_push (TstFieldBook *self, TstAct *act, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void tst_act_push_look (TstFieldBook *self, TstAct *act, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data);
/* NULL with its error. */
TstAct *tst_act_finished (gpointer self, GAsyncResult *result, gpointer tag, GError **error);

G_END_DECLS
