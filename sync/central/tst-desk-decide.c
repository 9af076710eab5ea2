/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-desk-call.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-purge.h"
#include "model/tst-reasons.h"
#include "record/tst-body.h"

#include <stdio.h>
#include <string.h>

#define IDS_MAX 200
#define BLOCK "\342\226\210"

typedef struct
{
  guint done;
  guint refused;
  GError *error; /* the first */
} Outcome;

static void
on_result (const char *id, JsonObject *row, const GError *error, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->done += row != NULL;
  outcome->refused += error != NULL;
  if (error && !outcome->error)
    outcome->error = g_error_copy (error);
}

/* "X,Y,WIDTH,HEIGHT" in ten-thousandths, one or more fields "tapa". */
static gboolean
read_covers (TstDeskCall *call, GArray *covers, GError **error)
{
  const char *text = NULL;

  for (guint i = 0; (text = tst_desk_field_n (call, "tapa", i)); i++)
    {
      TstCover cover;
      int end = 0;

      if (!*text)
        continue;
      if (covers->len == TST_COVERS_MAX || sscanf (text, "%5u,%5u,%5u,%5u%n", &cover.x, &cover.y, &cover.width, &cover.height, &end) != 4
          || text[end] || !tst_cover_is_valid (&cover))
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "A part that was drawn does not lie in the picture.");
          return FALSE;
        }
      g_array_append_val (covers, cover);
    }
  return TRUE;
}

/* Fields "texto-NAME": only those in which something was covered. NULL when there is none. */
static JsonObject *
read_texts (TstDeskCall *call)
{
  static const char *const names[] = { "subject", "text", "caption", "alt", "topic", "label" };
  JsonObject *texts = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *field = g_strconcat ("texto-", names[i], NULL);
      const char *value = tst_desk_field (call, field);

      if (value && strstr (value, BLOCK))
        json_object_set_string_member (texts, names[i], value);
    }
  if (json_object_get_size (texts) > 0)
    return texts;
  json_object_unref (texts);
  return NULL;
}

static gboolean
parse_verdict (const char *text, TstVerdict *verdict)
{
  static const struct
  {
    const char *name;
    TstVerdict verdict;
  } names[] = { { "accept", TST_VERDICT_ACCEPT }, { "withhold", TST_VERDICT_WITHHOLD }, { "retire", TST_VERDICT_RETIRE } };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (text, names[i].name) == 0)
      {
        *verdict = names[i].verdict;
        return TRUE;
      }
  return FALSE;
}

static const char *
done_code (TstVerdict verdict)
{
  return verdict == TST_VERDICT_ACCEPT ? "accepted" : verdict == TST_VERDICT_WITHHOLD ? "withheld" : "retired";
}

/* The verdict may come in one field with its reason, so that a reason is one button: "withhold:duplicado". */
void
tst_desk_decide (TstDeskCall *call)
{
  g_autoptr (TstModeration) moderation = tst_desk_moderation (call);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autoptr (GArray) covers = g_array_new (FALSE, FALSE, sizeof (TstCover));
  g_autoptr (JsonObject) texts = read_texts (call);
  g_auto (GStrv) words = g_strsplit (tst_desk_field (call, "decision") ? tst_desk_field (call, "decision") : "", ":", 2);
  g_autoptr (GError) error = NULL;
  const char *back = tst_desk_field (call, "vuelve");
  const char *note = tst_desk_field (call, "nota");
  const char *id = NULL;
  TstDecision decision = { .texts = texts };
  Outcome outcome = { 0 };
  TstVerdict verdict = TST_VERDICT_ACCEPT;

  if (!tst_desk_is_local_path (back))
    back = "/mesa/cola";
  for (guint i = 0; (id = tst_desk_field_n (call, "pieza", i)) && i < IDS_MAX; i++)
    if (tst_uuid_is_valid (id))
      g_ptr_array_add (ids, (gpointer) id);
  decision.reason = words[0] && words[1] && *words[1] ? words[1] : tst_desk_field (call, "motivo");
  if (g_strcmp0 (decision.reason, "otro") == 0 && note && *note)
    decision.reason = note;
  if (decision.reason && !*decision.reason)
    decision.reason = NULL;
  if (!parse_verdict (words[0], &verdict) || ids->len == 0)
    error = g_error_new_literal (TST_ERROR, TST_ERROR_USAGE, "Say what to do and with which items.");
  else if (verdict != TST_VERDICT_ACCEPT && !decision.reason)
    error = g_error_new_literal (TST_ERROR, TST_ERROR_MISSING_FIELD, "A reason is needed.");
  else if (verdict == TST_VERDICT_ACCEPT)
    read_covers (call, covers, &error);
  if (error)
    {
      tst_desk_answer_failed (call, back, error);
      return;
    }
  decision.covers = (const TstCover *) covers->data;
  decision.n_covers = covers->len;
  if (verdict != TST_VERDICT_ACCEPT)
    decision.texts = NULL;
  else
    decision.reason = NULL; /* a list of reasons may stand beside the button that publishes */
  g_ptr_array_add (ids, NULL);
  if (!tst_moderation_decide_fully (moderation, verdict, (const char *const *) ids->pdata, &decision, on_result, &outcome, NULL, &error))
    tst_desk_answer_failed (call, back, error);
  else if (outcome.error)
    tst_desk_answer_failed (call, back, outcome.error);
  else
    tst_desk_answer_done (call, back, done_code (verdict));
  g_clear_error (&outcome.error);
  if (verdict == TST_VERDICT_RETIRE && outcome.done > 0)
    tst_purge_announce (call->desk->central);
}
