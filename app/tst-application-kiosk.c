/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tst-application-private.h"

#include "journal/tst-field-book-async.h"
#include "kiosk/tst-kiosk-window.h"
#include "record/tst-body.h"

static const char *const staff_actions[] = { "import-files", "lock", "quit", "show-outbox", "end-demo", "open-kiosk" };

/* Nothing of the app can be reached in kiosk mode, by keys or over the bus. */
static void
allow_staff (TstApplication *self, gboolean allow)
{
  static const char *const none[] = { NULL };
  static const char *const lock_keys[] = { "<Control>l", NULL };
  static const char *const quit_keys[] = { "<Control>q", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (staff_actions); i++)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), staff_actions[i]);

      g_simple_action_set_enabled (G_SIMPLE_ACTION (action), allow);
    }
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.lock", allow ? lock_keys : none);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit", allow ? quit_keys : none);
}

static gboolean
leave_kiosk (gpointer user_data)
{
  TstApplication *self = user_data;
  GtkWidget *kiosk = g_steal_pointer (&self->kiosk);

  if (kiosk == NULL)
    return G_SOURCE_REMOVE;
  self->wants_kiosk = FALSE;
  tst_session_set_sheet (self->session, NULL);
  allow_staff (self, TRUE);
  g_application_hold (G_APPLICATION (self));
  gtk_window_destroy (GTK_WINDOW (kiosk));
  tst_application_make_window (self, "language");
  g_application_release (G_APPLICATION (self));
  return G_SOURCE_REMOVE;
}

static void
on_kiosk_left (TstApplication *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, leave_kiosk, g_object_ref (self), g_object_unref);
}

typedef struct
{
  TstApplication *self;
  TstFieldBook *book;
  TstVault *vault;
  char *event, *title;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_object_unref (opening->self);
  g_object_unref (opening->book);
  g_clear_pointer (&opening->vault, tst_vault_unref);
  g_free (opening->event);
  g_free (opening->title);
  g_free (opening);
}

/* With a PIN just given the sheet learns who came already; then its key goes again, and only the tags stay. */
static void
sheet_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Opening *opening = data;
  TstEventSheet *sheet = tst_event_sheet_open (opening->book, opening->event, opening->vault, NULL);

  if (sheet != NULL)
    tst_event_sheet_lock (sheet);
  g_task_return_pointer (task, sheet, (GDestroyNotify) tst_event_sheet_unref);
}

static void show_kiosk (TstApplication *self, const char *event, const char *title);

static void
on_sheet (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Opening *opening = g_task_get_task_data (G_TASK (result));
  g_autoptr (TstEventSheet) sheet = g_task_propagate_pointer (G_TASK (result), NULL);

  tst_session_set_sheet (opening->self->session, sheet);
  show_kiosk (opening->self, opening->event, opening->title);
}

static void
open_kiosk (TstApplication *self, const char *event, const char *title)
{
  TstVault *vault = tst_session_get_vault (self->session);
  g_autoptr (GTask) task = NULL;
  Opening *opening;

  if (event == NULL || vault == NULL)
    {
      show_kiosk (self, event, title);
      return;
    }
  opening = g_new0 (Opening, 1);
  opening->self = g_object_ref (self);
  opening->book = g_object_ref (tst_session_get_book (self->session));
  opening->vault = tst_vault_ref (vault);
  opening->event = g_strdup (event);
  opening->title = g_strdup (title);
  task = g_task_new (NULL, NULL, on_sheet, NULL);
  g_task_set_task_data (task, opening, opening_free);
  g_task_run_in_thread (task, sheet_in_thread);
}

static void
show_kiosk (TstApplication *self, const char *event, const char *title)
{
  TstWindow *window = tst_application_get_staff_window (self);

  if (self->kiosk != NULL)
    return;
  /* Drafts of staff stay sealed while citizens stand here. */
  tst_session_set_vault (self->session, NULL);
  self->kiosk = tst_kiosk_window_new (GTK_APPLICATION (self), self->session, event, title);
  g_signal_connect_object (self->kiosk, "left", G_CALLBACK (on_kiosk_left), self, G_CONNECT_SWAPPED);
  allow_staff (self, FALSE);
  gtk_window_present (GTK_WINDOW (self->kiosk));
  if (window != NULL)
    gtk_window_destroy (GTK_WINDOW (window));
  tst_background_set_has_window (self->background, TRUE);
}

static void
on_kiosk_events (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  JsonObject *event = NULL;

  for (guint i = 0; rows != NULL && i < rows->len && event == NULL; i++)
    if (self->kiosk_event == NULL || g_strcmp0 (tst_json_string (rows->pdata[i], "id"), self->kiosk_event) == 0)
      event = rows->pdata[i];
  open_kiosk (self, event != NULL ? tst_json_string (event, "id") : NULL, event != NULL ? tst_json_string (event, "title") : NULL);
}

/* Without staff there would be no PIN that leads out again: they come first. */
static void
on_kiosk_staff (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) staff = tst_staff_list_finish (result, &error);
  TstFieldBook *book = tst_session_get_book (self->session);
  TstQuery query = { .status = "open" };

  if (book == NULL)
    return;
  if (staff == NULL || staff->len == 0)
    {
      self->nobody = TRUE;
      tst_application_show_cover (self, "staff");
      return;
    }
  tst_field_book_list_async (book, "events", &query, NULL, on_kiosk_events, g_object_ref (self));
}

void
tst_application_prepare_kiosk (TstApplication *self)
{
  tst_staff_list_async (tst_session_get_book (self->session), NULL, on_kiosk_staff, g_object_ref (self));
}

void
tst_application_open_kiosk (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TstApplication *self = user_data;

  if (tst_session_get_book (self->session) == NULL || tst_session_get_vault (self->session) == NULL)
    return;
  self->wants_kiosk = TRUE;
  g_free (self->kiosk_event);
  self->kiosk_event = g_variant_dup_string (parameter, NULL);
  tst_application_prepare_kiosk (self);
}
