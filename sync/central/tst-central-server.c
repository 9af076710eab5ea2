/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-central-server.h"

#include "base/tst-error.h"
#include "central/tst-damage.h"
#include "central/tst-device-routes.h"
#include "central/tst-http-pool.h"
#include "central/tst-log-routes.h"
#include "central/tst-tus-server.h"

#include <string.h>

/* Device requests mostly wait for the appender, so there are more threads than processors. */
#define DEVICE_THREADS 8
#define DEVICE_QUEUE 128
/* A line on which nothing moves for so long is dead, or somebody holds it to wear us out. */
#define IDLE_MAX_US (90 * G_USEC_PER_SEC)
/* Less than this is no movement: a byte a minute would hold a line for ever. The slowest link that is worth the name brings more. */
#define MOVE_MIN 512
#define SWEEP_MS 5000
/* Connections at once; the proxy in front keeps far fewer open. */
#define LINES_MAX 1000
#define READING_BODY_MAX (16 * 1024)
#define DRAIN_US (10 * G_USEC_PER_SEC)
#define DRAIN_STEP_MS 20

struct _TstCentralServer
{
  TstCentral *central;
  SoupServer *soup;
  char *address;
  TstRequestAuth *auth;
  TstHttpPool *pool;
  TstDeviceRoutes *devices;
  TstTusServer *tus;
  GHashTable *lines; /* SoupServerMessage → Line */
  GSource *sweep;
  TstScrubber *scrubber; /* (nullable) */
  GSource *drain;
  gint64 drain_until;
  GSourceFunc stopped;
  gpointer stopped_data;
};

/* --- lines on which nothing moves --- */

typedef struct
{
  gint64 moved_us;
  gsize since;   /* bytes after that */
  gboolean ours; /* the request is here and we are working on it */
} Line;

static void
on_moved (SoupServerMessage *message, gpointer user_data)
{
  Line *line = user_data;

  line->moved_us = g_get_monotonic_time ();
  line->since = 0;
}

static void
on_moved_count (SoupServerMessage *message, guint count, gpointer user_data)
{
  Line *line = user_data;

  line->since += count;
  if (line->since >= MOVE_MIN)
    on_moved (message, user_data);
}

static void
on_moved_bytes (SoupServerMessage *message, GBytes *bytes, gpointer user_data)
{
  on_moved_count (message, g_bytes_get_size (bytes), user_data);
}

static void
on_got_body (SoupServerMessage *message, gpointer user_data)
{
  ((Line *) user_data)->ours = TRUE;
}

static void
on_wrote_headers (SoupServerMessage *message, gpointer user_data)
{
  ((Line *) user_data)->ours = FALSE;
  on_moved (message, user_data);
}

static void
on_started (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  TstCentralServer *self = user_data;
  Line *line = g_new0 (Line, 1);

  on_moved (message, line);
  g_signal_connect (message, "got-headers", G_CALLBACK (on_moved), line);
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_moved_bytes), line);
  g_signal_connect (message, "got-body", G_CALLBACK (on_got_body), line);
  g_signal_connect (message, "wrote-headers", G_CALLBACK (on_wrote_headers), line);
  g_signal_connect (message, "wrote-body-data", G_CALLBACK (on_moved_count), line);
  g_hash_table_insert (self->lines, message, line);
  if (g_hash_table_size (self->lines) > LINES_MAX)
    tst_http_cut (message);
}

static void
on_ended (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  TstCentralServer *self = user_data;
  Line *line = g_hash_table_lookup (self->lines, message);

  if (line == NULL)
    return;
  g_signal_handlers_disconnect_by_data (message, line);
  g_hash_table_remove (self->lines, message);
}

static gboolean
sweep (gpointer data)
{
  TstCentralServer *self = data;
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GPtrArray) dead = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer message;
  gpointer value;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, &message, &value))
    {
      Line *line = value;

      if (!line->ours && line->moved_us + IDLE_MAX_US < now)
        g_ptr_array_add (dead, g_object_ref (message));
    }
  for (guint i = 0; i < dead->len; i++)
    tst_http_cut (g_ptr_array_index (dead, i));
  return G_SOURCE_CONTINUE;
}

/* Whatever has no limit of its own is for reading: without this one, SoupServer would keep any body in memory to its end. */
static void
on_early (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  tst_http_limit_body (message, READING_BODY_MAX);
}

/* --- listening --- */

static GSocketAddress *
parse_listen (const char *listen, GError **error)
{
  g_autoptr (GSocketConnectable) parsed = NULL;
  g_autoptr (GInetAddress) address = NULL;
  const char *host;
  const char *colon = listen != NULL ? strrchr (listen, ':') : NULL;
  guint64 port = 0;

  if (listen == NULL)
    return g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  /* GNetworkAddress takes port 0 for "none given", so the number is read here. */
  if (colon != NULL && g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL))
    {
      g_autofree char *part = g_strndup (listen, colon - listen);
      gsize length = strlen (part);

      if (length > 2 && part[0] == '[' && part[length - 1] == ']')
        {
          part[length - 1] = '\0';
          address = g_inet_address_new_from_string (part + 1);
        }
      else
        {
          host = strcmp (part, "localhost") == 0 ? "127.0.0.1" : part;
          address = g_inet_address_new_from_string (host);
        }
    }
  if (address == NULL)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_USAGE, "%s is not ADDRESS:PORT, such as 127.0.0.1:8080", listen);
      return NULL;
    }
  return g_inet_socket_address_new (address, port);
}

static gboolean
start_listening (TstCentralServer *self, const char *listen, GError **error)
{
  g_autoptr (GSocketAddress) address = parse_listen (listen, error);
  g_autoptr (GError) local = NULL;
  GSList *uris;

  if (address == NULL)
    return FALSE;
  if (!soup_server_listen (self->soup, address, 0, &local))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_IO, "Cannot listen there: %s", local->message);
      return FALSE;
    }
  uris = soup_server_get_uris (self->soup);
  self->address = g_uri_to_string (uris->data);
  if (g_str_has_suffix (self->address, "/"))
    self->address[strlen (self->address) - 1] = '\0';
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  tst_central_set_url (self->central, self->address);
  return TRUE;
}

TstCentralServer *
tst_central_server_new (TstCentral *central, const char *listen, GError **error)
{
  g_autoptr (TstCentralServer) self = g_new0 (TstCentralServer, 1);

  self->central = g_object_ref (central);
  self->soup = soup_server_new ("raw-paths", FALSE, NULL);
  self->lines = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->auth = tst_request_auth_new (central);
  self->pool = tst_http_pool_new (DEVICE_THREADS, DEVICE_QUEUE);
  self->devices = tst_device_routes_new (central, self->auth, self->pool);
  self->tus = tst_tus_server_new (central, self->auth, tst_device_routes_get_holdings (self->devices));
  g_signal_connect (self->soup, "request-started", G_CALLBACK (on_started), self);
  g_signal_connect (self->soup, "request-finished", G_CALLBACK (on_ended), self);
  g_signal_connect (self->soup, "request-aborted", G_CALLBACK (on_ended), self);
  soup_server_add_early_handler (self->soup, "/", on_early, self, NULL);
  tst_log_routes_attach (self->soup, central, self->pool);
  tst_device_routes_attach (self->devices, self->soup);
  tst_tus_server_attach (self->tus, self->soup);
  if (!start_listening (self, listen, error))
    return NULL;
  self->sweep = tst_http_timer (SWEEP_MS, sweep, self);
  self->scrubber = tst_scrubber_new (central);
  return g_steal_pointer (&self);
}

const char *
tst_central_server_get_address (TstCentralServer *self)
{
  return self->address;
}

SoupServer *
tst_central_server_get_soup (TstCentralServer *self)
{
  return self->soup;
}

/* --- stopping --- */

static guint
count_ours (TstCentralServer *self)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += ((Line *) value)->ours;
  return n;
}

static gboolean
drain (gpointer data)
{
  TstCentralServer *self = data;

  if ((count_ours (self) > 0 || tst_tus_server_get_active (self->tus) > 0) &&
      g_get_monotonic_time () < self->drain_until)
    return G_SOURCE_CONTINUE;
  self->stopped (self->stopped_data);
  return G_SOURCE_REMOVE;
}

void
tst_central_server_stop (TstCentralServer *self, GSourceFunc done, gpointer user_data)
{
  g_return_if_fail (self->stopped == NULL);

  self->stopped = done;
  self->stopped_data = user_data;
  self->drain_until = g_get_monotonic_time () + DRAIN_US;
  for (GSList *l = soup_server_get_listeners (self->soup); l != NULL; l = g_slist_delete_link (l, l))
    g_socket_close (l->data, NULL);
  tst_tus_server_stop (self->tus);
  self->drain = tst_http_timer (DRAIN_STEP_MS, drain, self);
}

void
tst_central_server_free (TstCentralServer *self)
{
  g_clear_pointer (&self->scrubber, tst_scrubber_free);
  tst_http_timer_clear (&self->sweep);
  tst_http_timer_clear (&self->drain);
  g_clear_pointer (&self->pool, tst_http_pool_free);
  g_clear_pointer (&self->tus, tst_tus_server_free);
  if (self->soup != NULL)
    {
      soup_server_disconnect (self->soup);
      g_signal_handlers_disconnect_by_data (self->soup, self);
    }
  g_clear_object (&self->soup);
  g_clear_pointer (&self->devices, tst_device_routes_free);
  g_clear_pointer (&self->auth, tst_request_auth_free);
  g_clear_pointer (&self->lines, g_hash_table_unref);
  g_clear_object (&self->central);
  g_free (self->address);
  g_free (self);
}
