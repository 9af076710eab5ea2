/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tst-background.h"

#include "journal/tst-field-book-async.h"

#include <glib/gi18n.h>

#define LOGIN "org.freedesktop.login1"

struct _TstBackground
{
  GObject parent_instance;
  GApplication *application; /* owns us */
  TstSession *session;
  GDBusConnection *system;
  guint sleep_signal;
  gboolean has_window, holds, reading, again;
  gboolean known;            /* the counts below are of this session's book */
  gint64 pending, received, set_aside;
};

G_DEFINE_FINAL_TYPE (TstBackground, tst_background, G_TYPE_OBJECT)

static void
kick (TstBackground *self)
{
  TstSyncControl *sync = tst_session_get_sync (self->session);

  if (sync != NULL)
    tst_sync_control_kick (sync);
}

static void
notify (TstBackground *self, const char *id, const char *title, const char *body)
{
  g_autoptr (GNotification) notification = g_notification_new (title);

  g_notification_set_body (notification, body);
  g_notification_set_default_action (notification, "app.show-outbox");
  g_application_send_notification (self->application, id, notification);
}

/* While the window is open its pages say all this. */
static void
tell (TstBackground *self, gint64 pending, gint64 received, gint64 set_aside)
{
  if (self->known && !self->has_window)
    {
      if (set_aside > self->set_aside)
        notify (self, "set-aside", _("Un envío quedó aparte"), _("Sigue guardado en esta tableta. Ábralo para ver la razón."));
      if (pending == 0 && self->pending > 0 && received > self->received)
        notify (self, "received", _("Todo está recibido y comprobado"), _("La tableta revisó la prueba de cada registro."));
    }
  self->known = TRUE;
  self->pending = pending;
  self->received = received;
  self->set_aside = set_aside;
}

/* Without a town's code nothing goes anywhere, however long one waits. */
static gboolean
has_town (TstBackground *self)
{
  TstFieldBook *book = tst_session_get_book (self->session);
  g_autoptr (TstTownKeys) town = book != NULL ? tst_field_book_dup_town_keys (book) : NULL;

  return town != NULL;
}

static void
update_hold (TstBackground *self)
{
  TstSyncControl *sync = tst_session_get_sync (self->session);
  gboolean paused = FALSE;
  gboolean wanted;

  if (sync != NULL)
    g_object_get (sync, "paused", &paused, NULL);
  wanted = !self->has_window && sync != NULL && !paused && self->known && self->pending > 0 && has_town (self);
  if (wanted && !self->holds)
    {
      g_application_hold (self->application);
      notify (self, "sending", _("Testigo sigue enviando"), _("Puede seguir con otra cosa. Se cierra solo cuando termina."));
    }
  else if (!wanted && self->holds)
    {
      g_application_withdraw_notification (self->application, "sending");
      g_application_release (self->application);
    }
  self->holds = wanted;
}

static void read_counts (TstBackground *self);

static void
on_status (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstBackground) self = user_data;
  g_autoptr (JsonObject) status = tst_field_book_object_finish (TST_FIELD_BOOK (source), result, NULL);

  self->reading = FALSE;
  if (self->session == NULL)
    return;
  if (status != NULL && tst_session_get_book (self->session) == TST_FIELD_BOOK (source))
    {
      tell (self, json_object_get_int_member_with_default (status, "pending", 0),
            json_object_get_int_member_with_default (status, "received", 0)
              + json_object_get_int_member_with_default (status, "published", 0),
            json_object_get_int_member_with_default (status, "set_aside", 0));
      update_hold (self);
    }
  if (self->again)
    {
      self->again = FALSE;
      read_counts (self);
    }
}

static void
read_counts (TstBackground *self)
{
  TstFieldBook *book = tst_session_get_book (self->session);

  if (book == NULL || tst_session_get_sync (self->session) == NULL)
    return;
  if (self->reading)
    {
      self->again = TRUE;
      return;
    }
  self->reading = TRUE;
  tst_field_book_status_async (book, NULL, on_status, g_object_ref (self));
}

static void
on_book (TstBackground *self)
{
  self->known = FALSE;
  read_counts (self);
}

/* --- waking --- */

static void
on_sleep (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *name,
          GVariant *parameters, gpointer user_data)
{
  gboolean going = TRUE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    g_variant_get (parameters, "(b)", &going);
  if (!going)
    kick (user_data);
}

static void
on_system_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstBackground) self = user_data;

  self->system = g_bus_get_finish (result, NULL);
  if (self->system != NULL && self->session != NULL)
    self->sleep_signal = g_dbus_connection_signal_subscribe (self->system, LOGIN, LOGIN ".Manager", "PrepareForSleep",
                                                             "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_sleep,
                                                             self, NULL);
}

static void
tst_background_dispose (GObject *object)
{
  TstBackground *self = TST_BACKGROUND (object);

  if (self->sleep_signal != 0)
    g_dbus_connection_signal_unsubscribe (self->system, self->sleep_signal);
  self->sleep_signal = 0;
  g_clear_object (&self->system);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tst_background_parent_class)->dispose (object);
}

static void
tst_background_class_init (TstBackgroundClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_background_dispose;
}

static void
tst_background_init (TstBackground *self)
{
}

TstBackground *
tst_background_new (GApplication *application, TstSession *session)
{
  TstBackground *self = g_object_new (TST_TYPE_BACKGROUND, NULL);

  self->application = application;
  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "records-changed", G_CALLBACK (read_counts), self);
  g_signal_connect_swapped (session, "notify::sync", G_CALLBACK (on_book), self);
  g_bus_get (G_BUS_TYPE_SYSTEM, NULL, on_system_bus, g_object_ref (self));
  return self;
}

void
tst_background_set_has_window (TstBackground *self, gboolean has_window)
{
  g_return_if_fail (TST_IS_BACKGROUND (self));
  self->has_window = has_window;
  update_hold (self);
}

gboolean
tst_background_get_holds (TstBackground *self)
{
  g_return_val_if_fail (TST_IS_BACKGROUND (self), FALSE);
  return self->holds;
}
