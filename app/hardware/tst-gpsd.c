/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-fix-parser.h"
#include "hardware/tst-location-sources.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

/* gpsd's JSON protocol, gpsd_json(5): one request, then an object a line. */
#define WATCH "?WATCH={\"enable\":true,\"json\":true};\n"
#define AGAIN_S 5

struct _TstGpsd
{
  TstLocator *locator;
  char *host;
  guint16 port;
  GCancellable *cancellable;
  GSocketConnection *connection; /* (nullable) */
  GDataInputStream *lines;
  TstGpsdKept kept;
  guint again;
};

static void connect_now (TstGpsd *self);

static gboolean
on_again (gpointer user_data)
{
  TstGpsd *self = user_data;

  self->again = 0;
  connect_now (self);
  return G_SOURCE_REMOVE;
}

static void
hang_up (TstGpsd *self)
{
  g_clear_object (&self->lines);
  g_clear_object (&self->connection);
}

static void
try_again (TstGpsd *self)
{
  hang_up (self);
  self->kept.heading_deg = NAN;
  tst_locator_take_state (self->locator, "gpsd", "missing");
  self->again = g_timeout_add_seconds (AGAIN_S, on_again, self);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, &error);
  TstGpsd *self = user_data;
  TstFix fix;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* @self is gone */
  if (line == NULL)
    {
      try_again (self);
      return;
    }
  switch (tst_fix_parse_gpsd (line, &self->kept, &fix))
    {
    case TST_FIX_FOUND:
      tst_locator_take (self->locator, "gpsd", &fix);
      break;
    case TST_FIX_LOST:
      tst_locator_take (self->locator, "gpsd", NULL);
      break;
    case TST_FIX_NOTHING:
    default:
      break;
    }
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT, self->cancellable, on_line, self);
}

static void
on_watching (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean written = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error);
  TstGpsd *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!written)
    {
      try_again (self);
      return;
    }
  tst_locator_take_state (self->locator, "gpsd", "searching");
  self->lines = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (self->connection)));
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT, self->cancellable, on_line, self);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection = g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (source), result, &error);
  TstGpsd *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (connection == NULL)
    {
      try_again (self);
      return;
    }
  self->connection = connection;
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (connection)), WATCH, strlen (WATCH), G_PRIORITY_DEFAULT,
                                   self->cancellable, on_watching, self);
}

static void
connect_now (TstGpsd *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  g_socket_client_connect_to_host_async (client, self->host, self->port, self->cancellable, on_connected, self);
}

TstGpsd *
tst_gpsd_new (TstLocator *locator, const char *host, guint16 port)
{
  TstGpsd *self = g_new0 (TstGpsd, 1);

  self->locator = locator;
  self->host = g_strdup (host);
  self->port = port;
  self->kept.heading_deg = NAN;
  self->cancellable = g_cancellable_new ();
  connect_now (self);
  return self;
}

void
tst_gpsd_free (TstGpsd *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->again, g_source_remove);
  hang_up (self);
  g_free (self->host);
  g_free (self);
}
