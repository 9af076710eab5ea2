/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-admin.h"

#include "base/tst-error.h"
#include "record/tst-body.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A request brings texts that people typed and lists of ids. */
#define LINE_MAX_SIZE (4 * 1024 * 1024)
#define THREADS_MAX 8

struct _TstAdminCall
{
  /* one of the two */
  const TstAdminListener *listener;
  gpointer user_data;
  GOutputStream *out;

  GMutex lock;
  gboolean gone;
  GCancellable *stopping; /* (nullable) */
};

/* --- calls --- */

static void
send_line (TstAdminCall *self, const char *member, JsonObject *value)
{
  g_autoptr (JsonObject) line = json_object_new ();
  g_autofree char *text = NULL;
  g_autofree char *whole = NULL;
  g_autoptr (GMutexLocker) locker = NULL;

  if (value != NULL)
    json_object_set_object_member (line, member, json_object_ref (value));
  else
    json_object_set_boolean_member (line, member, TRUE);
  text = tst_json_write (line);
  whole = g_strconcat (text, "\n", NULL);
  locker = g_mutex_locker_new (&self->lock);
  if (!self->gone && !g_output_stream_write_all (self->out, whole, strlen (whole), NULL, NULL, NULL))
    self->gone = TRUE;
}

void
tst_admin_call_row (TstAdminCall *self, JsonObject *row)
{
  if (self->out != NULL)
    send_line (self, "row", row);
  else if (self->listener->row != NULL)
    self->listener->row (row, self->user_data);
  json_object_unref (row);
}

void
tst_admin_call_refuse (TstAdminCall *self, const char *item, const GError *error)
{
  g_autoptr (JsonObject) refused = NULL;

  if (self->out == NULL)
    {
      if (self->listener->refused != NULL)
        self->listener->refused (item, error, self->user_data);
      return;
    }
  refused = json_object_new ();
  if (item != NULL)
    json_object_set_string_member (refused, "item", item);
  json_object_set_string_member (refused, "code", tst_error_code (error));
  json_object_set_string_member (refused, "error", error->message);
  send_line (self, "refused", refused);
}

gboolean
tst_admin_call_is_cancelled (TstAdminCall *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->gone || (self->stopping != NULL && g_cancellable_is_cancelled (self->stopping));
}

static const TstAdminOperation *
find_operation (const TstAdminOperation *const *tables, const char *name, GError **error)
{
  for (guint t = 0; tables[t] != NULL; t++)
    for (const TstAdminOperation *operation = tables[t]; operation->name != NULL; operation++)
      if (g_strcmp0 (operation->name, name) == 0)
        return operation;
  g_set_error (error, TST_ERROR, TST_ERROR_USAGE, "There is no operation %s", name != NULL ? name : "without a name");
  return NULL;
}

/* The path of a Unix socket has little room (108 bytes) and a data folder's may be long: through the folder's own
 * descriptor every path is short. */
static GSocketAddress *
socket_address (const char *folder, int *folder_fd, GError **error)
{
  g_autofree char *path = NULL;

  *folder_fd = open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (*folder_fd < 0)
    {
      int saved = errno;

      if (saved == ENOENT)
        g_set_error (error, TST_ERROR, TST_ERROR_STORE_MISSING, "There is no folder %s", folder);
      else
        tst_error_set_errno (error, saved, "Could not open the data folder");
      return NULL;
    }
  path = g_strdup_printf ("/proc/self/fd/%d/admin.sock", *folder_fd);
  return g_unix_socket_address_new (path);
}

/* --- asking --- */

static GError *
error_from_line (JsonObject *object, const char *text_member)
{
  const char *code = tst_json_string (object, "code");
  const char *text = tst_json_string (object, text_member);

  for (int i = 0; i < TST_N_ERRORS; i++)
    {
      GError *error = g_error_new_literal (TST_ERROR, i, text != NULL ? text : "");

      if (g_strcmp0 (tst_error_code (error), code) == 0)
        return error;
      g_error_free (error);
    }
  return g_error_new_literal (TST_ERROR, TST_ERROR_FAILED, text != NULL ? text : "");
}

static gboolean
hear (GInputStream *input, const TstAdminListener *listener, gpointer user_data, GError **error)
{
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (input);

  for (;;)
    {
      gsize length;
      g_autofree char *line = g_data_input_stream_read_line (lines, &length, NULL, error);
      g_autoptr (JsonObject) object = NULL;
      JsonObject *part;

      if (line == NULL)
        {
          if (error != NULL && *error == NULL)
            g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED,
                                 "Central stopped before it had answered; ask again what was done");
          return FALSE;
        }
      object = tst_json_parse_object (line, length, error);
      if (object == NULL)
        return FALSE;
      if ((part = tst_json_object (object, "row")) != NULL && listener->row != NULL)
        listener->row (part, user_data);
      if ((part = tst_json_object (object, "refused")) != NULL && listener->refused != NULL)
        {
          g_autoptr (GError) refused = error_from_line (part, "error");

          listener->refused (tst_json_string (part, "item"), refused, user_data);
        }
      if ((part = tst_json_object (object, "error")) != NULL)
        {
          g_propagate_error (error, error_from_line (part, "message"));
          return FALSE;
        }
      if (tst_json_bool (object, "done", FALSE))
        return TRUE;
    }
}

static gboolean
ask (GSocketConnection *connection, const char *name, JsonObject *args, const TstAdminListener *listener,
     gpointer user_data, GError **error)
{
  g_autoptr (JsonObject) request = json_object_new ();
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  GIOStream *stream = G_IO_STREAM (connection);

  json_object_set_string_member (request, "op", name);
  json_object_set_object_member (request, "args", args != NULL ? json_object_ref (args) : json_object_new ());
  text = tst_json_write (request);
  line = g_strconcat (text, "\n", NULL);
  return g_output_stream_write_all (g_io_stream_get_output_stream (stream), line, strlen (line), NULL, NULL, error) &&
         hear (g_io_stream_get_input_stream (stream), listener, user_data, error);
}

gboolean
tst_admin_run (const char *folder, const TstAdminOperation *const *tables, const char *name, JsonObject *args,
               const TstAdminListener *listener, gpointer user_data, GError **error)
{
  int folder_fd = -1;
  g_autoptr (GSocketAddress) address = socket_address (folder, &folder_fd, error);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (TstCentral) central = NULL;
  g_autoptr (JsonObject) no_args = json_object_new ();
  const TstAdminOperation *operation;
  TstAdminCall call = { .listener = listener, .user_data = user_data };
  gboolean done;

  if (address == NULL)
    return FALSE;
  connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
  close (folder_fd);
  if (connection != NULL)
    return ask (connection, name, args, listener, user_data, error);
  operation = find_operation (tables, name, error);
  if (operation == NULL)
    return FALSE;
  central = tst_central_open (folder, NULL, error);
  if (central == NULL)
    return FALSE;
  g_mutex_init (&call.lock);
  done = operation->run (central, args != NULL ? args : no_args, &call, error);
  g_mutex_clear (&call.lock);
  tst_central_close (central);
  return done;
}

/* --- answering --- */

struct _TstAdminServer
{
  TstCentral *central;
  const TstAdminOperation *const *tables;
  GSocketService *service;
  GCancellable *stopping;
  char *path;
  GMutex lock;
  GCond idle;
  guint calls;
};

static void
serve (TstAdminServer *self, GSocketConnection *connection)
{
  GIOStream *stream = G_IO_STREAM (connection);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_io_stream_get_input_stream (stream));
  g_autoptr (JsonObject) request = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  TstAdminCall call = { .out = g_io_stream_get_output_stream (stream), .stopping = self->stopping };
  const TstAdminOperation *operation = NULL;
  JsonObject *args;
  gsize length;

  g_mutex_init (&call.lock);
  line = g_data_input_stream_read_line (lines, &length, self->stopping, &error);
  if (line != NULL && length <= LINE_MAX_SIZE)
    request = tst_json_parse_object (line, length, &error);
  args = request != NULL ? tst_json_object (request, "args") : NULL;
  if (args != NULL)
    operation = find_operation (self->tables, tst_json_string (request, "op"), &error);
  else if (error == NULL)
    g_set_error_literal (&error, TST_ERROR, TST_ERROR_USAGE, "Not a request");
  if (operation != NULL && operation->run (self->central, args, &call, &error))
    send_line (&call, "done", NULL);
  else
    {
      g_autoptr (JsonObject) refusal = json_object_new ();

      json_object_set_string_member (refusal, "code", tst_error_code (error));
      json_object_set_string_member (refusal, "message", error->message);
      send_line (&call, "error", refusal);
    }
  g_mutex_clear (&call.lock);
}

static gboolean
on_run (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  TstAdminServer *self = user_data;
  g_autoptr (GCredentials) peer = g_socket_get_credentials (g_socket_connection_get_socket (connection), NULL);
  uid_t uid = peer != NULL ? g_credentials_get_unix_user (peer, NULL) : (uid_t) -1;

  /* The file's mode says so already; this holds should the mode be changed. */
  if (uid != geteuid () && uid != 0)
    return TRUE;
  g_mutex_lock (&self->lock);
  self->calls++;
  g_mutex_unlock (&self->lock);
  serve (self, connection);
  g_mutex_lock (&self->lock);
  if (--self->calls == 0)
    g_cond_signal (&self->idle);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

TstAdminServer *
tst_admin_server_new (TstCentral *central, const TstAdminOperation *const *tables, GError **error)
{
  g_autoptr (TstAdminServer) self = g_new0 (TstAdminServer, 1);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) local = NULL;
  int folder_fd = -1;

  self->central = g_object_ref (central);
  self->tables = tables;
  self->stopping = g_cancellable_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->idle);
  self->path = g_build_filename (tst_central_get_folder (central), "admin.sock", NULL);
  self->service = g_threaded_socket_service_new (THREADS_MAX);
  address = socket_address (tst_central_get_folder (central), &folder_fd, error);
  if (address == NULL)
    return NULL;
  /* The store's lock is ours, so one that lies there is a dead process's. */
  g_unlink (self->path);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &local) ||
      g_chmod (self->path, 0600) != 0)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_IO, "Could not listen for administration in the data folder: %s",
                   local != NULL ? local->message : g_strerror (errno));
      close (folder_fd);
      return NULL;
    }
  close (folder_fd);
  g_signal_connect (self->service, "run", G_CALLBACK (on_run), self);
  g_socket_service_start (self->service);
  return g_steal_pointer (&self);
}

void
tst_admin_server_free (TstAdminServer *self)
{
  g_unlink (self->path);
  if (self->service != NULL)
    {
      g_socket_service_stop (self->service);
      g_socket_listener_close (G_SOCKET_LISTENER (self->service));
    }
  g_cancellable_cancel (self->stopping);
  g_mutex_lock (&self->lock);
  while (self->calls > 0)
    g_cond_wait (&self->idle, &self->lock);
  g_mutex_unlock (&self->lock);
  g_clear_object (&self->service);
  g_clear_object (&self->stopping);
  g_clear_object (&self->central);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->idle);
  g_free (self->path);
  g_free (self);
}
