/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-admin-log.h"

#include "base/tst-error.h"
#include "central/tst-damage.h"
#include "central/tst-public-log.h"
#include "central/tst-refill.h"

static gboolean
say_state (TstCentral *central, TstAdminCall *call, GError **error)
{
  g_autofree char *read_only = tst_central_dup_read_only (central);
  g_autoptr (TstCheckpoint) checkpoint = tst_public_log_dup_checkpoint (tst_central_get_log (central));
  TstRefillState state = { 0 };
  g_autoptr (GArray) damaged = NULL;
  guint gone = 0;
  JsonObject *row;

  if (!tst_refill_get_state (central, &state, error) || (damaged = tst_damage_list (central, error)) == NULL)
    return FALSE;
  for (guint i = 0; i < damaged->len; i++)
    gone += !g_array_index (damaged, TstDamage, i).back;
  row = json_object_new ();
  json_object_set_string_member (row, "origin", tst_central_get_origin (central));
  json_object_set_string_member (row, "state", state.behind ? "restored" : read_only != NULL ? "read-only" : "good");
  json_object_set_int_member (row, "leaves", state.leaves);
  json_object_set_int_member (row, "signed", checkpoint != NULL ? checkpoint->size : 0);
  if (state.behind)
    {
      json_object_set_int_member (row, "shown", state.target);
      json_object_set_int_member (row, "returned", state.returned);
      json_object_set_int_member (row, "unseen_devices", state.unseen);
    }
  json_object_set_int_member (row, "damaged_media", damaged->len);
  json_object_set_int_member (row, "damaged_media_not_back", gone);
  if (read_only != NULL)
    json_object_set_string_member (row, "why", read_only);
  tst_admin_call_row (call, row);
  return TRUE;
}

static gboolean
run_status (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  return say_state (central, call, error);
}

static gboolean
run_resume (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  TstRefillState state = { 0 };

  if (!tst_refill_get_state (central, &state, error))
    return FALSE;
  if (state.beyond > 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE,
                           "A device holds a decision that this log lacks, so leaves are missing. Let the other devices synchronise, or begin a "
                           "new log with \"log new-origin\".");
      return FALSE;
    }
  return tst_public_log_resume (tst_central_get_log (central), error) && say_state (central, call, error);
}

const TstAdminOperation tst_admin_log_operations[] = {
  { "log-status", run_status },
  { "log-resume", run_resume },
  { NULL, NULL },
};
