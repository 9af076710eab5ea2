/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-admin-devices.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-own-records.h"
#include "record/tst-body.h"

#include <string.h>

#define VALID_S (7 * 24 * 3600)
#define NAME_MAX_CHARS 80

static void
set_vkey (JsonObject *object, const char *member, TstSigningKey *key)
{
  g_autofree char *vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (key));

  json_object_set_string_member (object, member, vkey);
}

char *
tst_enrolment_text (TstCentral *central, const char *name, gint64 valid_s, gint64 *expires_s, GError **error)
{
  g_autoptr (JsonObject) town = tst_central_dup_town (central);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *url = tst_central_dup_url (central);
  g_autofree char *code = NULL;
  g_autofree char *json = NULL;
  g_autofree char *encoded = NULL;
  JsonObject *recipients = tst_json_object (town, "recipients");
  JsonArray *pins = tst_json_array (town, "pins");
  gint64 now_s = tst_central_now_s (central);

  if (url == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE,
                           "Central has no public address yet: start it with serve, or give init --url");
      return NULL;
    }
  code = tst_device_registry_make_code (tst_central_get_devices (central), name, now_s, valid_s, error);
  if (code == NULL)
    return NULL;
  json_object_set_int_member (object, "v", 1);
  json_object_set_string_member (object, "url", url);
  set_vkey (object, "log", tst_central_get_log_key (central));
  set_vkey (object, "records", tst_central_get_records_key (central));
  set_vkey (object, "http", tst_central_get_http_key (central));
  json_object_set_array_member (object, "pins", pins != NULL ? json_array_ref (pins) : json_array_new ());
  json_object_set_string_member (object, "officer", tst_json_string (recipients, "officer"));
  json_object_set_string_member (object, "escrow", tst_json_string (recipients, "escrow"));
  json_object_set_string_member (object, "intake", tst_json_string (town, "intake"));
  json_object_set_string_member (object, "code", code);
  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "town", tst_json_string (town, "town"));
  json = tst_json_write (object);
  encoded = tst_base64url_encode (json, strlen (json));
  *expires_s = now_s + valid_s;
  return g_strconcat ("TESTIGO1:", encoded, NULL);
}

static gboolean
run_enrol_code (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  const char *name = tst_json_string (args, "name");
  gint64 valid_s = tst_json_int (args, "valid_s", VALID_S);
  JsonObject *row;
  gint64 expires_s;
  g_autofree char *text = NULL;
  g_autofree char *expires = NULL;

  if (name == NULL || *name == '\0' || g_utf8_strlen (name, -1) > NAME_MAX_CHARS || valid_s <= 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_USAGE, "Give the device a name (--name), at most 80 letters");
      return FALSE;
    }
  text = tst_enrolment_text (central, name, valid_s, &expires_s, error);
  if (text == NULL)
    return FALSE;
  expires = tst_time_format (expires_s);
  row = json_object_new ();
  json_object_set_string_member (row, "name", name);
  json_object_set_string_member (row, "text", text);
  json_object_set_string_member (row, "expires", expires);
  tst_admin_call_row (call, row);
  return TRUE;
}

typedef struct
{
  const char *device;
  gint64 last_seq;
  gint64 records;
  gint64 gaps;
  gint64 forks;
} Counting;

static gboolean
count_records (TstStore *store, gpointer data, GError **error)
{
  Counting *counting = data;
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  statement = tst_store_prepare (store, "SELECT coalesce (max (seq), 0), count (*), coalesce (max (seq), 0) - count (DISTINCT seq),"
                                 " count (DISTINCT CASE WHEN fork = 1 THEN seq END) FROM leaf WHERE device = ?", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, counting->device);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  counting->last_seq = tst_statement_int (statement, 0);
  counting->records = tst_statement_int (statement, 1);
  counting->gaps = tst_statement_int (statement, 2);
  counting->forks = tst_statement_int (statement, 3);
  return TRUE;
}

static gboolean
run_device_list (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  g_autoptr (GPtrArray) devices = tst_device_registry_list (tst_central_get_devices (central));

  for (guint i = 0; i < devices->len; i++)
    {
      const TstDevice *device = g_ptr_array_index (devices, i);
      g_autofree char *registered = tst_time_format (device->registered_s);
      Counting counting = { .device = device->name };
      JsonObject *row;

      if (!tst_store_read (tst_central_get_store (central), count_records, &counting, error))
        return FALSE;
      row = json_object_new ();
      json_object_set_string_member (row, "device", device->name);
      json_object_set_string_member (row, "chain", tst_chain_name (device->chain));
      json_object_set_string_member (row, "name", device->label);
      json_object_set_string_member (row, "state", tst_device_state_name (device->state));
      json_object_set_string_member (row, "peer", device->peer);
      json_object_set_string_member (row, "registered", registered);
      json_object_set_int_member (row, "last_seq", counting.last_seq);
      json_object_set_int_member (row, "records", counting.records);
      json_object_set_int_member (row, "gaps", counting.gaps);
      json_object_set_int_member (row, "forks", counting.forks);
      tst_admin_call_row (call, row);
    }
  return TRUE;
}

gboolean
tst_central_revoke_device (TstCentral *central, const char *which, TstDeviceState state, guint *changed, GError **error)
{
  TstDeviceRegistry *registry = tst_central_get_devices (central);
  g_autoptr (GPtrArray) contents = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GPtrArray) devices = NULL;
  g_autoptr (GError) local = NULL;

  if (!tst_device_registry_set_state (registry, which, state, changed, error))
    return FALSE;
  devices = tst_device_registry_list (registry);
  for (guint i = 0; i < devices->len; i++)
    {
      const TstDevice *device = g_ptr_array_index (devices, i);
      JsonObject *content;

      if (device->state != state
          || (strcmp (device->name, which) != 0 && g_strcmp0 (device->peer, which) != 0 && g_strcmp0 (device->label, which) != 0))
        continue;
      content = json_object_new ();
      json_object_set_string_member (content, "type", state == TST_DEVICE_LOST ? "device-lost" : "device-retired");
      json_object_set_string_member (content, "target", device->name);
      g_ptr_array_add (contents, content);
    }
  if (contents->len == 0 || tst_central_append_records (central, TST_KIND_DECISION, contents, NULL, &local))
    return TRUE;
  g_set_error (error, local->domain, local->code, "The device is blocked, but that could not be written into the log: %s Say it again.",
               local->message);
  return FALSE;
}

static gboolean
run_device_state (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  const char *which = tst_json_string (args, "which");
  const char *name = tst_json_string (args, "state");
  TstDeviceState state = g_strcmp0 (name, "lost") == 0 ? TST_DEVICE_LOST : TST_DEVICE_RETIRED;
  JsonObject *row;
  guint changed = 0;

  if (which == NULL || (g_strcmp0 (name, "lost") != 0 && g_strcmp0 (name, "retired") != 0))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_USAGE, "Say which device, and lost or retired");
      return FALSE;
    }
  if (!tst_central_revoke_device (central, which, state, &changed, error))
    return FALSE;
  row = json_object_new ();
  json_object_set_string_member (row, "name", which);
  json_object_set_string_member (row, "state", name);
  json_object_set_int_member (row, "changed", changed);
  tst_admin_call_row (call, row);
  return TRUE;
}

const TstAdminOperation tst_admin_device_operations[] = {
  { "enrol-code", run_enrol_code },
  { "device-list", run_device_list },
  { "device-state", run_device_state },
  { NULL, NULL },
};
