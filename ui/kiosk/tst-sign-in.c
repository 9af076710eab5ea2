/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-sign-in.h"

#include "base/tst-error.h"
#include "journal/tst-staff.h"
#include "widgets/tst-build.h"
#include "widgets/tst-hidden.h"
#include "widgets/tst-pin-pad.h"
#include "widgets/tst-staff-form.h"

#include <glib/gi18n.h>

struct _TstSignIn
{
  AdwBin parent_instance;
  TstSession *session;
  GtkWidget *steps, *who, *name, *pad, *notice, *spinner, *others, *hint, *forgotten;
  GPtrArray *staff;       /* of TstStaffMember */
  TstStaffMember *chosen; /* owned by @staff */
  GCancellable *cancellable;
  guint wait_s, timeout;
  gboolean kiosk;
};

enum
{
  SIGNED_IN,
  NOBODY,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstSignIn, tst_sign_in, ADW_TYPE_BIN)

static void
go (TstSignIn *self, const char *step)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->steps), step);
  gtk_widget_child_focus (gtk_stack_get_visible_child (GTK_STACK (self->steps)), GTK_DIR_TAB_FORWARD);
}

static void
choose (TstSignIn *self, TstStaffMember *member)
{
  self->chosen = member;
  gtk_label_set_label (GTK_LABEL (self->name), member->name);
  tst_pin_pad_clear (TST_PIN_PAD (self->pad));
  tst_notice_set (self->notice, NULL, NULL);
  go (self, "pin");
}

static void
on_member (TstSignIn *self, GtkWidget *button)
{
  choose (self, g_object_get_data (G_OBJECT (button), "member"));
}

static void
on_others (TstSignIn *self)
{
  go (self, "who");
}

static gboolean
on_second (gpointer user_data)
{
  TstSignIn *self = user_data;
  g_autofree char *text = NULL;

  if (self->wait_s == 0)
    {
      self->timeout = 0;
      tst_notice_set (self->notice, NULL, NULL);
      gtk_widget_set_sensitive (self->pad, TRUE);
      return G_SOURCE_REMOVE;
    }
  text = g_strdup_printf (ngettext ("Varios PIN errados. Espere %u segundo.", "Varios PIN errados. Espere %u segundos.", self->wait_s),
                          self->wait_s);
  tst_notice_set (self->notice, "waiting", text);
  self->wait_s--;
  return G_SOURCE_CONTINUE;
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstVault) vault = NULL;
  TstSignIn *self;
  guint wait_s;

  vault = tst_staff_sign_in_finish (result, &wait_s, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = TST_SIGN_IN (user_data);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), FALSE);
  gtk_widget_set_sensitive (self->pad, wait_s == 0);
  if (vault != NULL)
    {
      tst_session_set_vault (self->session, vault);
      tst_session_set_author (self->session, self->chosen->id, self->chosen->name, self->chosen->role);
      g_signal_emit (self, signals[SIGNED_IN], 0);
    }
  else if (!g_error_matches (error, TST_ERROR, TST_ERROR_LOCKED))
    tst_notice_set (self->notice, "trouble", _("No se pudo revisar el PIN. Lo guardado está a salvo; vuelva a intentar."));
  else if (wait_s > 0)
    {
      self->wait_s = wait_s;
      g_clear_handle_id (&self->timeout, g_source_remove);
      self->timeout = g_timeout_add_seconds (1, on_second, self);
      on_second (self);
    }
  else
    tst_notice_set (self->notice, "trouble", _("Ese no es el PIN. Vuelva a intentar."));
}

static void
on_pin (TstSignIn *self, const char *pin)
{
  gtk_widget_set_sensitive (self->pad, FALSE);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), TRUE);
  tst_notice_set (self->notice, NULL, NULL);
  tst_staff_sign_in_async (tst_session_get_book (self->session), self->chosen->id, pin, self->cancellable, on_signed_in, self);
}

/* --- nobody knows a PIN any more --- */

static void
on_forgotten (TstSignIn *self)
{
  go (self, "forgotten");
}

static void
forget_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  if (tst_staff_forget_all (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_forgot (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstSignIn *self = TST_SIGN_IN (source);

  if (g_task_propagate_boolean (G_TASK (result), NULL))
    g_signal_emit (self, signals[NOBODY], 0);
  else
    go (self, "pin");
}

static void
on_forget_all (TstSignIn *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->kiosk)
    return;
  task = g_task_new (self, NULL, on_forgot, NULL);
  g_task_set_task_data (task, g_object_ref (tst_session_get_book (self->session)), g_object_unref);
  g_task_run_in_thread (task, forget_in_thread);
}

static void
on_back_to_pin (TstSignIn *self)
{
  go (self, "pin");
}

/* --- the list --- */

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *staff = tst_staff_list_finish (result, &error);
  TstSignIn *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = TST_SIGN_IN (user_data);
  if (staff == NULL)
    {
      tst_notice_set (self->notice, "trouble", _("No se pudo leer quién trabaja aquí. Cierre la aplicación y vuelva a abrirla."));
      return;
    }
  self->staff = staff;
  if (staff->len == 0)
    {
      g_signal_emit (self, signals[NOBODY], 0);
      return;
    }
  for (guint i = 0; i < staff->len; i++)
    {
      TstStaffMember *member = staff->pdata[i];
      GtkWidget *button = tst_build_main_button ("");
      g_autofree char *text = g_strdup_printf ("%s · %s", member->name, tst_staff_role_label (member->role));

      gtk_widget_remove_css_class (button, "suggested-action");
      gtk_label_set_use_underline (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), FALSE);
      gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), text);
      g_object_set_data (G_OBJECT (button), "member", member);
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_member), self);
      gtk_box_append (GTK_BOX (self->who), button);
    }
  gtk_widget_set_visible (self->others, staff->len > 1);
  if (staff->len == 1)
    choose (self, staff->pdata[0]);
  else
    go (self, "who");
}

static GtkWidget *
make_step (TstSignIn *self, const char *name)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (box, "cover");
  gtk_stack_add_named (GTK_STACK (self->steps), box, name);
  return box;
}

static GtkWidget *
append (GtkWidget *box, GtkWidget *child)
{
  gtk_box_append (GTK_BOX (box), child);
  return child;
}

static void
tst_sign_in_dispose (GObject *object)
{
  TstSignIn *self = TST_SIGN_IN (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  self->chosen = NULL;
  g_clear_pointer (&self->staff, g_ptr_array_unref);
  G_OBJECT_CLASS (tst_sign_in_parent_class)->dispose (object);
}

static void
tst_sign_in_class_init (TstSignInClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_sign_in_dispose;
  signals[SIGNED_IN] = g_signal_new ("signed-in", TST_TYPE_SIGN_IN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[NOBODY] = g_signal_new ("nobody", TST_TYPE_SIGN_IN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_sign_in_init (TstSignIn *self)
{
  GtkWidget *box;
  GtkWidget *button;

  self->cancellable = g_cancellable_new ();
  self->steps = gtk_stack_new ();
  tst_hidden_follow_stack (GTK_STACK (self->steps));
  /* Both, or the stack is as wide as its widest page is at its lowest. */
  gtk_stack_set_vhomogeneous (GTK_STACK (self->steps), FALSE);
  gtk_stack_set_hhomogeneous (GTK_STACK (self->steps), FALSE);
  make_step (self, "loading");

  self->who = make_step (self, "who");
  append (self->who, tst_build_title (_("¿Quién trabaja?")));

  box = make_step (self, "pin");
  self->name = append (box, tst_build_title (NULL));
  gtk_label_set_xalign (GTK_LABEL (self->name), 0.5);
  gtk_label_set_justify (GTK_LABEL (self->name), GTK_JUSTIFY_CENTER);
  append (box, gtk_label_new (_("Escriba su PIN")));
  self->pad = append (box, tst_pin_pad_new ());
  g_signal_connect_swapped (self->pad, "entered", G_CALLBACK (on_pin), self);
  self->spinner = append (box, gtk_spinner_new ());
  self->notice = append (box, tst_build_notice ());
  gtk_widget_set_halign (self->notice, GTK_ALIGN_CENTER);
  self->hint = append (box, tst_build_text (NULL));
  gtk_label_set_xalign (GTK_LABEL (self->hint), 0.5);
  gtk_widget_set_visible (self->hint, FALSE);
  self->others = append (box, tst_build_large_button (_("_Otra persona")));
  g_signal_connect_swapped (self->others, "clicked", G_CALLBACK (on_others), self);
  self->forgotten = append (box, tst_build_large_button (_("Olvidé el _PIN")));
  gtk_widget_add_css_class (self->forgotten, "flat");
  g_signal_connect_swapped (self->forgotten, "clicked", G_CALLBACK (on_forgotten), self);

  box = make_step (self, "forgotten");
  append (box, tst_build_title (_("Olvidé el PIN")));
  append (box, tst_build_text (_("Un colega que sepa el suyo entra y le pone uno nuevo en «Preferencias». El PIN no se guarda: nadie puede leerlo.")));
  append (box, tst_build_text (_("Si nadie recuerda ninguno, se empieza de nuevo la lista de personas. Las fotos y los registros guardados no se pierden; "
                                 "los borradores sin guardar sí.")));
  button = append (box, tst_build_main_button (_("_Volver al PIN")));
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_back_to_pin), self);
  button = append (box, tst_build_large_button (_("Nadie lo recuerda: _empezar de nuevo la lista")));
  gtk_widget_add_css_class (button, "destructive-action");
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_forget_all), self);

  adw_bin_set_child (ADW_BIN (self), tst_build_scrolled (self->steps, 480));
}

GtkWidget *
tst_sign_in_new (TstSession *session)
{
  TstSignIn *self = g_object_new (TST_TYPE_SIGN_IN, NULL);

  self->session = g_object_ref (session);
  tst_staff_list_async (tst_session_get_book (session), self->cancellable, on_listed, self);
  return GTK_WIDGET (self);
}

const char *
tst_sign_in_get_step (TstSignIn *self)
{
  g_return_val_if_fail (TST_IS_SIGN_IN (self), NULL);
  return gtk_stack_get_visible_child_name (GTK_STACK (self->steps));
}

void
tst_sign_in_set_hint (TstSignIn *self, const char *hint)
{
  g_return_if_fail (TST_IS_SIGN_IN (self));
  gtk_label_set_label (GTK_LABEL (self->hint), hint);
  gtk_widget_set_visible (self->hint, hint != NULL);
}

void
tst_sign_in_set_kiosk (TstSignIn *self)
{
  g_return_if_fail (TST_IS_SIGN_IN (self));
  self->kiosk = TRUE;
  gtk_widget_set_visible (self->forgotten, FALSE);
}
