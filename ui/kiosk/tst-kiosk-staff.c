/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-staff.h"

#include "kiosk/tst-sign-in.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

struct _TstKioskStaff
{
  TstKioskScreen parent_instance;
};

enum
{
  UNLOCKED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstKioskStaff, tst_kiosk_staff, TST_TYPE_KIOSK_SCREEN)

static void
on_signed_in (TstKioskStaff *self)
{
  g_signal_emit (self, signals[UNLOCKED], 0);
}

static void
tst_kiosk_staff_constructed (GObject *object)
{
  TstKioskScreen *self = TST_KIOSK_SCREEN (object);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *sign_in = tst_sign_in_new (tst_kiosk_screen_get_session (self));
  GtkWidget *back = tst_form_button (_("Volver al inicio"), "main");

  G_OBJECT_CLASS (tst_kiosk_staff_parent_class)->constructed (object);
  tst_sign_in_set_kiosk (TST_SIGN_IN (sign_in));
  g_signal_connect_swapped (sign_in, "signed-in", G_CALLBACK (on_signed_in), self);
  /* Nobody works here: there is no PIN to ask for, and so no way out either. */
  gtk_widget_set_vexpand (sign_in, TRUE);
  gtk_box_append (GTK_BOX (box), sign_in);
  gtk_widget_add_css_class (back, "kiosk-foot");
  gtk_widget_set_halign (back, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_bottom (back, 12);
  g_signal_connect_swapped (back, "clicked", G_CALLBACK (tst_kiosk_screen_finish), self);
  gtk_box_append (GTK_BOX (box), back);
  adw_bin_set_child (ADW_BIN (self), box);
}

static void
tst_kiosk_staff_class_init (TstKioskStaffClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = tst_kiosk_staff_constructed;
  signals[UNLOCKED] = g_signal_new ("unlocked", TST_TYPE_KIOSK_STAFF, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_kiosk_staff_init (TstKioskStaff *self)
{
}

GtkWidget *
tst_kiosk_staff_new (TstSession *session, const char *event, const char *lang)
{
  return g_object_new (TST_TYPE_KIOSK_STAFF, "session", session, "event", event, "lang", lang, NULL);
}
