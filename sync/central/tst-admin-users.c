/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-admin-users.h"

#include "base/tst-codec.h"
#include "central/tst-desk-accounts.h"
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

const TstAdminOperation tst_admin_user_operations[] = {
  { "user-add", run_add },
  { "user-list", run_list },
  { "user-state", run_state },
  { "user-reset", run_reset },
  { NULL },
};
