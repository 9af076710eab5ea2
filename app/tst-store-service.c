/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tst-store-service.h"

#include "base/tst-error.h"
#include "client/tst-sync-client.h"
#include "journal/tst-outbox.h"
#include "record/tst-body.h"

#include <string.h>

#define OBJECT_PATH "/co/testigo/Store"
#define INTERFACE "co.testigo.Store1"
/* How long Sync waits for the transport to come to rest, and the caller for the answer, in milliseconds. */
#define SYNC_MS (10 * 60 * 1000)

struct _TstStoreService
{
  GObject parent_instance;
  TstFieldBook *book;
  TstSyncControl *sync;
  GDBusConnection *connection;
  guint registration;
  guint name;
};

G_DEFINE_FINAL_TYPE (TstStoreService, tst_store_service, G_TYPE_OBJECT)

static const char introspection[] = "<node><interface name='" INTERFACE "'>"
                                    "<method name='Status'><arg type='s' direction='out'/></method>"
                                    "<method name='List'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
                                    "<arg type='as' direction='out'/></method>"
                                    "<method name='Sync'><arg type='s' direction='out'/></method>"
                                    "</interface></node>";

/* A name that stands for the folder, whatever way its path was written. */
static char *
bus_name (const char *folder)
{
  g_autofree char *path = g_canonicalize_filename (folder, NULL);
  TstHash hash = tst_hash_data (path, strlen (path));
  g_autofree char *hex = tst_hash_to_hex (&hash);

  hex[32] = '\0';
  return g_strdup_printf ("co.testigo.Store.h%s", hex);
}

/* --- the app's end --- */

typedef struct
{
  TstFieldBook *book;
  char *what, *event;
  GPtrArray *lines;
} ListCall;

static void
list_call_free (gpointer data)
{
  ListCall *call = data;

  g_clear_object (&call->book);
  g_free (call->what);
  g_free (call->event);
  g_clear_pointer (&call->lines, g_ptr_array_unref);
  g_free (call);
}

static gboolean
add_line (JsonObject *row, gpointer user_data)
{
  g_ptr_array_add (user_data, tst_json_write (row));
  return TRUE;
}

static void
list_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  ListCall *call = data;
  GError *error = NULL;
  TstQuery query = { .event_id = *call->event != '\0' ? call->event : NULL };

  if (tst_field_book_list (call->book, call->what, &query, add_line, call->lines, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
return_error (GDBusMethodInvocation *invocation, const GError *error)
{
  g_autofree char *name = g_strdup_printf ("co.testigo.Error.%s", tst_error_code (error));

  /* D-Bus names take no hyphen after the last dot. */
  for (char *c = name; *c != '\0'; c++)
    if (*c == '-')
      *c = '_';
  g_dbus_method_invocation_return_dbus_error (invocation, name, error->message);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  ListCall *call = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      return_error (invocation, error);
      return;
    }
  g_ptr_array_add (call->lines, NULL);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(^as)", call->lines->pdata));
}

static void
status_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (JsonObject) status = tst_field_book_status (data, &error);

  if (status != NULL)
    g_task_return_pointer (task, tst_json_write (status), g_free);
  else
    g_task_return_error (task, error);
}

static void
on_status (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_task_propagate_pointer (G_TASK (result), &error);

  if (text != NULL)
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(s)", text));
  else
    return_error (invocation, error);
}

static void
answer_status (TstStoreService *self, GDBusMethodInvocation *invocation)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_status, invocation);

  g_task_set_task_data (task, g_object_ref (self->book), g_object_unref);
  g_task_run_in_thread (task, status_in_thread);
}

typedef struct
{
  TstStoreService *service;
  GDBusMethodInvocation *invocation;
  gulong handler;
  guint timeout;
  gboolean worked, enrolled;
  TstSyncSummary before;
  char *code; /* what the transport said at the end, "": all well */
} SyncCall;

static void
summary_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  SyncCall *call = data;
  GError *error = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  TstOutboxCounts counts;
  TstSyncSummary after;

  if (!tst_outbox_counts (call->service->book, &counts, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  tst_sync_client_get_totals (TST_SYNC_CLIENT (call->service->sync), &after);
  json_object_set_int_member (row, "records_sent", after.records_sent - call->before.records_sent);
  json_object_set_int_member (row, "media_sent", after.media_sent - call->before.media_sent);
  json_object_set_int_member (row, "bytes_sent", after.bytes_sent - call->before.bytes_sent);
  json_object_set_int_member (row, "bytes_resent", after.bytes_resent - call->before.bytes_resent);
  json_object_set_int_member (row, "pending", counts.pending);
  json_object_set_int_member (row, "held", counts.held);
  json_object_set_int_member (row, "set_aside", counts.set_aside);
  if (!call->enrolled)
    json_object_set_string_member (row, "code", "not-enrolled");
  else if (call->code != NULL && *call->code != '\0')
    json_object_set_string_member (row, "code", call->code);
  g_task_return_pointer (task, tst_json_write (row), g_free);
}

static void
sync_call_free (gpointer data)
{
  SyncCall *call = data;

  g_object_unref (call->service);
  g_free (call->code);
  g_free (call);
}

static void
finish_sync (SyncCall *call)
{
  g_autoptr (GTask) task = g_task_new (call->service, NULL, on_status, call->invocation);

  g_signal_handler_disconnect (call->service->sync, call->handler);
  g_source_remove (call->timeout);
  g_object_get (call->service->sync, "error-code", &call->code, NULL);
  g_task_set_task_data (task, call, sync_call_free);
  g_task_run_in_thread (task, summary_in_thread);
}

static void
on_sync_state (TstSyncControl *sync, GParamSpec *pspec, gpointer user_data)
{
  SyncCall *call = user_data;
  g_autofree char *state = NULL;

  g_object_get (sync, "state", &state, NULL);
  if (g_str_equal (state, "connecting") || g_str_equal (state, "sending"))
    call->worked = TRUE;
  /* A run so short that its states were told as one; or paused by hand or stopped for good, and will not work however long one waits. */
  else if (call->worked || pspec != NULL || !call->enrolled || g_str_equal (state, "paused") || g_str_equal (state, "stopped"))
    finish_sync (call);
}

static gboolean
on_sync_timeout (gpointer user_data)
{
  SyncCall *call = user_data;

  finish_sync (call);
  return G_SOURCE_CONTINUE; /* removed by finish_sync() */
}

static void
on_call (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method,
         GVariant *parameters, GDBusMethodInvocation *invocation, gpointer user_data)
{
  TstStoreService *self = user_data;

  if (g_str_equal (method, "List"))
    {
      ListCall *call = g_new0 (ListCall, 1);
      g_autoptr (GTask) task = g_task_new (self, NULL, on_listed, invocation);

      call->book = g_object_ref (self->book);
      call->lines = g_ptr_array_new_with_free_func (g_free);
      g_variant_get (parameters, "(ss)", &call->what, &call->event);
      g_task_set_task_data (task, call, list_call_free);
      g_task_run_in_thread (task, list_in_thread);
    }
  else if (g_str_equal (method, "Sync"))
    {
      SyncCall *call = g_new0 (SyncCall, 1);

      g_autoptr (TstTownKeys) town = tst_field_book_dup_town_keys (self->book);

      call->enrolled = town != NULL;
      call->service = g_object_ref (self);
      call->invocation = invocation;
      call->handler = g_signal_connect (self->sync, "notify::state", G_CALLBACK (on_sync_state), call);
      call->timeout = g_timeout_add (SYNC_MS - 5000, on_sync_timeout, call);
      tst_sync_client_get_totals (TST_SYNC_CLIENT (self->sync), &call->before);
      tst_sync_control_kick (self->sync);
      on_sync_state (self->sync, NULL, call);
    }
  else
    answer_status (self, invocation);
}

static void
tst_store_service_dispose (GObject *object)
{
  TstStoreService *self = TST_STORE_SERVICE (object);

  if (self->registration != 0)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
  g_clear_handle_id (&self->name, g_bus_unown_name);
  g_clear_object (&self->connection);
  g_clear_object (&self->sync);
  g_clear_object (&self->book);
  G_OBJECT_CLASS (tst_store_service_parent_class)->dispose (object);
}

static void
tst_store_service_class_init (TstStoreServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_store_service_dispose;
}

static void
tst_store_service_init (TstStoreService *self)
{
}

TstStoreService *
tst_store_service_new (TstFieldBook *book, TstSyncControl *sync)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call };
  TstStoreService *self = g_object_new (TST_TYPE_STORE_SERVICE, NULL);
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (introspection, NULL);
  g_autofree char *name = bus_name (tst_field_book_get_folder (book));

  self->book = g_object_ref (book);
  self->sync = g_object_ref (sync);
  self->connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  if (self->connection == NULL)
    return self;
  self->registration = g_dbus_connection_register_object (self->connection, OBJECT_PATH, info->interfaces[0], &vtable, self,
                                                          NULL, NULL);
  self->name = g_bus_own_name_on_connection (self->connection, name, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, NULL, NULL, NULL, NULL);
  return self;
}

/* --- testigoctl's end --- */

char **
tst_store_service_call (const char *folder, const char *method, const char *what, const char *event, GError **error)
{
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error);
  g_autofree char *name = bus_name (folder);
  g_autoptr (GVariant) answer = NULL;
  gboolean list = g_str_equal (method, "List");

  if (connection == NULL)
    return NULL;
  answer = g_dbus_connection_call_sync (connection, name, OBJECT_PATH, INTERFACE, method,
                                        list ? g_variant_new ("(ss)", what, event != NULL ? event : "") : NULL,
                                        list ? G_VARIANT_TYPE ("(as)") : G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                                        SYNC_MS, NULL, error);
  if (answer == NULL)
    return NULL;
  if (list)
    {
      char **lines;

      g_variant_get (answer, "(^as)", &lines);
      return lines;
    }
  else
    {
      char **lines = g_new0 (char *, 2);

      g_variant_get (answer, "(s)", &lines[0]);
      return lines;
    }
}
