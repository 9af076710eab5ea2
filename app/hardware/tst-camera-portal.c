/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-camera-portal.h"

#include "base/tst-error.h"

#include <gio/gunixfdlist.h>

#define BUS_NAME "org.freedesktop.portal.Desktop"
#define OBJECT_PATH "/org/freedesktop/portal/desktop"
#define CAMERA "org.freedesktop.portal.Camera"
#define REQUEST "org.freedesktop.portal.Request"
/* The person may be reading the question. */
#define ANSWER_MS (120 * 1000)

typedef struct
{
  GDBusConnection *bus;
  guint subscription;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  if (call->subscription != 0)
    g_dbus_connection_signal_unsubscribe (call->bus, call->subscription);
  g_clear_object (&call->bus);
  g_free (call);
}

static void
give_up (GTask *task, TstError code, const char *text)
{
  g_task_return_new_error (task, TST_ERROR, code, "%s", text);
}

static void
on_remote (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
    = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), &fds, result, &error);
  int index = -1, fd = -1;

  if (answer != NULL)
    {
      g_variant_get (answer, "(h)", &index);
      fd = fds != NULL ? g_unix_fd_list_get (fds, index, NULL) : -1;
    }
  if (fd >= 0)
    g_task_return_int (task, fd);
  else
    give_up (task, TST_ERROR_IO, "The desktop allowed the camera and did not hand it over. Try again.");
}

static void
on_response (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal,
             GVariant *parameters, gpointer user_data)
{
  GTask *task = user_data;
  Call *call = g_task_get_task_data (task);
  guint response = 2;

  g_dbus_connection_signal_unsubscribe (bus, call->subscription);
  call->subscription = 0;
  g_variant_get (parameters, "(u@a{sv})", &response, NULL);
  if (response == 0)
    g_dbus_connection_call_with_unix_fd_list (bus, BUS_NAME, OBJECT_PATH, CAMERA, "OpenPipeWireRemote",
                                              g_variant_new ("(@a{sv})", g_variant_new ("a{sv}", NULL)), G_VARIANT_TYPE ("(h)"),
                                              G_DBUS_CALL_FLAGS_NONE, -1, NULL, g_task_get_cancellable (task), on_remote,
                                              g_object_ref (task));
  else
    give_up (task, TST_ERROR_REFUSED, "The camera was not allowed.");
  g_object_unref (task);
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Call *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer != NULL)
    return; /* on_response() goes on */
  if (call->subscription != 0)
    {
      g_dbus_connection_signal_unsubscribe (call->bus, call->subscription);
      call->subscription = 0;
      g_object_unref (task);
    }
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_AUTH_FAILED))
    give_up (task, TST_ERROR_REFUSED, "The camera was not allowed.");
  else
    give_up (task, TST_ERROR_NOT_FOUND, "The desktop offers no camera.");
  g_object_unref (task);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  g_autofree char *token = g_strdup_printf ("testigo%u", g_random_int ());
  g_autofree char *sender = NULL;
  g_autofree char *path = NULL;
  GVariantBuilder options;
  Call *call;

  if (bus == NULL)
    {
      give_up (task, TST_ERROR_NOT_FOUND, "The desktop offers no camera.");
      return;
    }
  /* The request's path is known before the call, so that its answer cannot come too early (xdg-desktop-portal, Request). */
  sender = g_strdup (g_dbus_connection_get_unique_name (bus) + 1);
  for (char *at = sender; *at != '\0'; at++)
    if (*at == '.')
      *at = '_';
  path = g_strdup_printf ("/org/freedesktop/portal/desktop/request/%s/%s", sender, token);
  call = g_new0 (Call, 1);
  call->bus = g_object_ref (bus);
  g_task_set_task_data (task, call, call_free);
  call->subscription = g_dbus_connection_signal_subscribe (bus, BUS_NAME, REQUEST, "Response", path, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                                           on_response, g_object_ref (task), NULL);
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  g_dbus_connection_call (bus, BUS_NAME, OBJECT_PATH, CAMERA, "AccessCamera", g_variant_new ("(a{sv})", &options), G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NONE, ANSWER_MS, g_task_get_cancellable (task), on_asked, g_object_ref (task));
}

void
tst_camera_portal_open_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_bus_get (G_BUS_TYPE_SESSION, cancellable, on_bus, task);
}

int
tst_camera_portal_open_finish (GAsyncResult *result, GError **error)
{
  return (int) g_task_propagate_int (G_TASK (result), error);
}
