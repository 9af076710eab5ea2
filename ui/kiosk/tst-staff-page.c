/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-staff-page.h"

#include "journal/tst-staff.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-messages.h"
#include "record/tst-body.h"
#include "widgets/tst-build.h"
#include "widgets/tst-form.h"
#include "widgets/tst-staff-form.h"

#include <glib/gi18n.h>
#include <string.h>

struct _TstStaffPage
{
  TstPage parent_instance;
  GtkWidget *list, *heading, *notice, *form, *save, *cancel;
  TstStaffMember *renewed; /* (nullable) whose PIN is given anew; of @staff */
  GPtrArray *staff;
  GCancellable *cancellable;
  TstDraftKeeper *draft; /* of somebody who is added: name and role, never the PIN */
};

G_DEFINE_FINAL_TYPE (TstStaffPage, tst_staff_page, TST_TYPE_PAGE)

static void load (TstStaffPage *self);

/* The form adds somebody, or gives @member a new PIN. */
static void
set_renewed (TstStaffPage *self, TstStaffMember *member)
{
  g_autofree char *title = member != NULL ? g_strdup_printf (_("PIN nuevo para %s"), member->name) : g_strdup (_("Agregar a una persona"));

  self->renewed = member;
  gtk_label_set_label (GTK_LABEL (self->heading), title);
  gtk_widget_set_visible (self->cancel, member != NULL);
  tst_staff_form_set (TST_STAFF_FORM (self->form), member != NULL ? member->name : "", member != NULL ? member->role : NULL, "", "");
  tst_staff_form_set_problem (TST_STAFF_FORM (self->form), NULL);
}

static void
on_changed (TstStaffPage *self)
{
  tst_form_notice_set (self->notice, NULL, FALSE);
  tst_draft_keeper_touch (self->draft);
}

static JsonObject *
collect (gpointer page)
{
  TstStaffPage *self = page;
  JsonObject *content;
  const char *name, *role;

  tst_staff_form_peek (TST_STAFF_FORM (self->form), &name, &role);
  if (self->renewed != NULL || *name == '\0')
    return NULL;
  content = json_object_new ();
  json_object_set_string_member (content, "name", name);
  if (role != NULL)
    json_object_set_string_member (content, "role", role);
  return content;
}

static void
restore (gpointer page, JsonObject *content)
{
  TstStaffPage *self = page;
  const char *name = tst_json_string (content, "name");

  tst_staff_form_set (TST_STAFF_FORM (self->form), name != NULL ? name : "", tst_json_string (content, "role"), "", "");
  tst_draft_keeper_offer (self->draft, self->notice, _("Esta persona quedó sin agregar la última vez. El PIN se escribe otra vez."));
}

static void
on_renew (TstStaffPage *self, GtkWidget *button)
{
  set_renewed (self, g_object_get_data (G_OBJECT (button), "member"));
  gtk_widget_child_focus (self->form, GTK_DIR_TAB_FORWARD);
}

static void
on_cancel (TstStaffPage *self)
{
  set_renewed (self, NULL);
}

static void
on_done (TstStaffPage *self, const GError *error)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  if (session == NULL)
    return;
  gtk_widget_set_sensitive (self->save, TRUE);
  if (error != NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_staff_form_set_problem (TST_STAFF_FORM (self->form), text);
      return;
    }
  tst_session_toast (session, self->renewed != NULL ? _("El PIN nuevo ya sirve.") : _("La persona ya puede entrar con su PIN."));
  set_renewed (self, NULL);
  load (self);
}

static void
on_added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstStaffPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_staff_add_finish (result, NULL, &error);

  on_done (self, error);
}

typedef struct
{
  TstFieldBook *book;
  TstVault *vault;
  char *id, *pin;
} Renewal;

static void
renewal_free (gpointer data)
{
  Renewal *renewal = data;

  g_object_unref (renewal->book);
  tst_vault_unref (renewal->vault);
  g_free (renewal->id);
  explicit_bzero (renewal->pin, strlen (renewal->pin));
  g_free (renewal->pin);
  g_free (renewal);
}

static void
renew_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Renewal *renewal = data;
  g_autoptr (GError) error = NULL;

  if (tst_staff_set_pin (renewal->book, renewal->vault, renewal->id, renewal->pin, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_renewed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);
  on_done (TST_STAFF_PAGE (source), error);
}

static void
on_save (TstStaffPage *self)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  TstVault *vault = tst_session_get_vault (session);
  const char *name, *role, *pin;

  if (vault == NULL || !tst_staff_form_get (TST_STAFF_FORM (self->form), &name, &role, &pin))
    return;
  gtk_widget_set_sensitive (self->save, FALSE);
  if (self->renewed != NULL)
    {
      g_autoptr (GTask) task = g_task_new (self, NULL, on_renewed, NULL);
      Renewal *renewal = g_new0 (Renewal, 1);

      renewal->book = g_object_ref (tst_session_get_book (session));
      renewal->vault = tst_vault_ref (vault);
      renewal->id = g_strdup (self->renewed->id);
      renewal->pin = g_strdup (pin);
      g_task_set_task_data (task, renewal, renewal_free);
      g_task_run_in_thread (task, renew_in_thread);
    }
  else
    tst_staff_add_async (tst_session_get_book (session), vault, name, role, pin, NULL, on_added, g_object_ref (self));
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *staff = tst_staff_list_finish (result, &error);
  TstStaffPage *self;

  if (staff == NULL)
    return;
  self = TST_STAFF_PAGE (user_data);
  self->renewed = NULL;
  g_clear_pointer (&self->staff, g_ptr_array_unref);
  self->staff = staff;
  for (GtkWidget *child; (child = gtk_widget_get_first_child (self->list)) != NULL;)
    gtk_box_remove (GTK_BOX (self->list), child);
  for (guint i = 0; i < staff->len; i++)
    {
      TstStaffMember *member = staff->pdata[i];
      GtkWidget *button = tst_build_large_button (_("PIN nuevo"));
      g_autofree char *name = g_strdup_printf (_("PIN nuevo para %s"), member->name);

      tst_build_wrap_button (button);
      gtk_box_append (GTK_BOX (self->list), tst_build_setting (member->name, tst_staff_role_label (member->role), button));
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      g_object_set_data (G_OBJECT (button), "member", member);
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_renew), self);
    }
}

static void
load (TstStaffPage *self)
{
  tst_staff_list_async (tst_session_get_book (tst_page_get_session (TST_PAGE (self))), self->cancellable, on_listed, self);
}

static void
tst_staff_page_constructed (GObject *object)
{
  TstStaffPage *self = TST_STAFF_PAGE (object);

  G_OBJECT_CLASS (tst_staff_page_parent_class)->constructed (object);
  set_renewed (self, NULL);
  load (self);
  self->draft = tst_draft_keeper_new (TST_PAGE (self), "staff", TRUE, collect, restore);
  g_signal_connect_swapped (self->form, "changed", G_CALLBACK (on_changed), self);
}

static void
tst_staff_page_dispose (GObject *object)
{
  TstStaffPage *self = TST_STAFF_PAGE (object);

  g_clear_pointer (&self->draft, tst_draft_keeper_free);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->renewed = NULL;
  g_clear_pointer (&self->staff, g_ptr_array_unref);
  G_OBJECT_CLASS (tst_staff_page_parent_class)->dispose (object);
}

static void
tst_staff_page_class_init (TstStaffPageClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = tst_staff_page_constructed;
  G_OBJECT_CLASS (klass)->dispose = tst_staff_page_dispose;
}

static void
tst_staff_page_init (TstStaffPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);

  self->cancellable = g_cancellable_new ();
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  self->heading = tst_build_heading (NULL);
  self->notice = tst_form_notice_new ();
  self->form = tst_staff_form_new ();
  self->save = tst_build_main_button (_("_Guardar"));
  self->cancel = tst_build_large_button (_("_Dejar como estaba"));
  gtk_box_append (GTK_BOX (box), self->list);
  gtk_box_append (GTK_BOX (box), self->heading);
  gtk_box_append (GTK_BOX (box), self->notice);
  gtk_box_append (GTK_BOX (box), self->form);
  gtk_box_append (GTK_BOX (box), self->save);
  gtk_box_append (GTK_BOX (box), self->cancel);
  g_signal_connect_swapped (self->save, "clicked", G_CALLBACK (on_save), self);
  g_signal_connect_swapped (self->cancel, "clicked", G_CALLBACK (on_cancel), self);
  gtk_widget_add_css_class (box, "cover");
  adw_bin_set_child (ADW_BIN (self), tst_build_scrolled (box, 600));
}

GtkWidget *
tst_staff_page_new (TstSession *session)
{
  return g_object_new (TST_TYPE_STAFF_PAGE, "session", session, "title", _("Personas"), NULL);
}
