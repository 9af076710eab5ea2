/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-admin-users.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-desk-accounts.h"
#include "central/tst-purge.h"
#include "record/tst-body.h"

static void
put_account (TstAdminCall *call, const TstDeskAccount *account)
{
  JsonObject *row = json_object_new ();
  g_autofree char *made = tst_time_format (account->made_s);

  json_object_set_string_member (row, "id", account->id);
  json_object_set_string_member (row, "name", account->name);
  json_object_set_string_member (row, "role", account->role);
  if (account->dependency)
    json_object_set_string_member (row, "dependency", account->dependency);
  json_object_set_string_member (row, "state", account->active ? "active" : "disabled");
  json_object_set_string_member (row, "second_factor", !account->second_factor ? "none" : account->enrolled ? "on" : "wanted");
  json_object_set_string_member (row, "made", made);
  tst_admin_call_row (call, row);
}

static gboolean
run_add (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  g_autoptr (TstDeskAccount) account =
    tst_desk_account_add (central, tst_json_string (args, "name"), tst_json_string (args, "role"), tst_json_string (args, "dependency"),
                          tst_json_string (args, "password"), tst_json_bool (args, "second_factor", TRUE), error);

  if (!account)
    return FALSE;
  put_account (call, account);
  return TRUE;
}

static gboolean
run_list (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  g_autoptr (GPtrArray) accounts = tst_desk_account_list (central, error);

  for (guint i = 0; accounts && i < accounts->len; i++)
    put_account (call, g_ptr_array_index (accounts, i));
  return accounts != NULL;
}

static gboolean
run_state (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  return tst_desk_account_set_active (central, tst_json_string (args, "name"), tst_json_bool (args, "active", FALSE), error);
}

static gboolean
run_reset (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  return tst_desk_account_reset (central, tst_json_string (args, "name"), tst_json_string (args, "password"), error);
}

static gboolean
run_set (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  const char *name = tst_json_string (args, "name");
  JsonArray *values = tst_json_array (args, "values");
  g_autoptr (JsonObject) town = tst_central_dup_town (central);
  JsonObject *old = town ? tst_json_object (town, "desk") : NULL;
  g_autoptr (JsonObject) changes = json_object_new ();
  JsonObject *desk = old ? json_object_ref (old) : json_object_new ();
  gboolean command = g_strcmp0 (name, "radicado_command") == 0 || g_strcmp0 (name, "purge_command") == 0;
  guint n = values ? json_array_get_length (values) : 0;
  guint64 hours = 0;

  json_object_set_object_member (changes, "desk", desk);
  if (n == 0)
    json_object_remove_member (desk, name);
  else if (command && g_path_is_absolute (json_array_get_string_element (values, 0)))
    json_object_set_array_member (desk, name, json_array_ref (values));
  else if (g_strcmp0 (name, "late_hours") == 0 && n == 1
           && g_ascii_string_to_unsigned (json_array_get_string_element (values, 0), 10, 1, 24 * 365, &hours, NULL))
    json_object_set_int_member (desk, name, (gint64) hours);
  else
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_USAGE,
                           "Settings are radicado_command and purge_command (a program by its whole path, and its arguments) and late_hours (a number).");
      return FALSE;
    }
  return tst_central_update_town (central, changes, error);
}

static gboolean
run_purge_list (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  g_autoptr (GPtrArray) rows = tst_purge_list (central, 0, error);

  for (guint i = 0; rows && i < rows->len; i++)
    tst_admin_call_row (call, json_object_ref (g_ptr_array_index (rows, i)));
  return rows != NULL;
}

const TstAdminOperation tst_admin_user_operations[] = {
  { "user-add", run_add },
  { "user-list", run_list },
  { "user-state", run_state },
  { "user-reset", run_reset },
  { "desk-set", run_set },
  { "purge-list", run_purge_list },
  { NULL },
};
