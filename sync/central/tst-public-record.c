/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-public-log.h"
#include "record/tst-body.h"

#include <string.h>

/* A piece of evidence as files: what a stranger needs to check it. */

typedef struct
{
  TstPublicCall *call;
  TstPublicRecord *record;
} RecordTurn;

static gboolean
find_record (TstStore *store, gpointer data, GError **error)
{
  RecordTurn *turn = data;

  return tst_public_find_record (store, turn->call, turn->record, error);
}

static TstPublicResponse *
record_part (TstPublicCall *call, const char *part)
{
  TstPublicRecord record = { 0 };
  RecordTurn turn = { call, &record };
  g_autoptr (GError) error = NULL;
  TstPublicResponse *response = NULL;

  if (!tst_store_read (tst_central_get_store (call->routes->central), find_record, &turn, &error))
    return tst_public_answer_failed (call, error);
  if (call->status != 200)
    response = tst_public_answer_error (call, call->status, 0, NULL);
  else if (g_str_equal (part, "record"))
    response = tst_public_answer_data (call, "text/plain; charset=utf-8", record.note, record.decided_s);
  else if (g_str_equal (part, "body"))
    response = record.body ? tst_public_answer_data (call, "application/json", record.body, record.decided_s)
                           : tst_public_answer_error (call, 404, 0, NULL);
  else
    {
      g_autoptr (GBytes) proof = tst_public_log_prove (tst_central_get_log (call->routes->central), record.idx, &error);

      if (proof)
        response = tst_public_answer_data (call, "text/plain; charset=utf-8", proof, 0);
      else
        response = g_error_matches (error, TST_ERROR, TST_ERROR_NOT_FOUND) ? tst_public_answer_error (call, 404, 0, NULL) : tst_public_answer_failed (call, error);
    }
  tst_public_record_clear (&record);
  return response;
}

static TstPublicResponse *
evidence_json (TstPublicCall *call)
{
  g_autoptr (GError) error = NULL;
  JsonObject *check = NULL;

  if (!tst_public_build (call, tst_public_build_evidence, &error))
    return tst_public_answer_failed (call, error);
  if (call->status != 200)
    return tst_public_answer_error (call, call->status, 0, NULL);
  check = tst_json_object (call->model, "check");
  json_object_set_boolean_member (check, "ok", tst_public_recheck (call->routes, call->name));
  json_object_set_string_member (call->model, "device_vkey", tst_json_string (check, "device_vkey"));
  json_object_remove_member (call->model, "map");
  g_autofree char *text = tst_json_write (call->model);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  return tst_public_answer_data (call, "application/json", body, 0);
}

/* "/evidencia/ID", "ID.json", "ID/record|body|proof". */
TstPublicResponse *
tst_public_answer_evidence (TstPublicCall *call, const char *rest)
{
  g_autofree char *id = g_strndup (rest, 36);
  const char *more = strlen (rest) >= 36 ? rest + 36 : "?";
  TstPublicResponse *response = NULL;

  if (!tst_uuid_is_valid (id))
    return tst_public_answer_error (call, 404, 0, NULL);
  call->name = id;
  if (!*more)
    response = tst_public_answer_page (call, tst_public_build_evidence, TRUE);
  else if (g_str_equal (more, ".json"))
    response = evidence_json (call);
  else if (g_str_equal (more, "/record") || g_str_equal (more, "/body") || g_str_equal (more, "/proof"))
    response = record_part (call, more + 1);
  else
    response = tst_public_answer_error (call, 404, 0, NULL);
  call->name = NULL;
  return response;
}
