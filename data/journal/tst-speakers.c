/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-speakers.h"

#include "base/tst-codec.h"
#include "model/tst-speaking-time.h"
#include "record/tst-body.h"

#include <string.h>

/* Tablets that were not the one that opened the event; none that is mistaken for a digit when it is called out. */
#define LETTERS "BCDEFGHJKLMNPRSTUVWXYZ"

gboolean
tst_speakers_is_type (const char *type)
{
  static const char *const types[] = { "speaker", "speaker-turn", "speaker-outcome", NULL };

  return type != NULL && g_strv_contains (types, type);
}

static gboolean
set_wrong_state (GError **error, const char *text)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE, text);
  return FALSE;
}

/* --- who --- */

gboolean
tst_speakers_check_label (JsonObject *content, GError **error)
{
  if ((tst_json_string (content, "label") == NULL && tst_json_string (content, "actor") == NULL)
      || tst_json_bool (content, "label_consent", FALSE))
    return TRUE;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_FIELD,
                       "«label_consent» is missing: a name or a sector is shown only to whom the person allowed it. Nothing was saved.");
  return FALSE;
}

gboolean
tst_speakers_fill (TstFieldBook *self, TstDraft *draft, JsonObject *plain, GError **error)
{
  g_autoptr (TstTownKeys) town = NULL;
  g_autoptr (GError) missing = NULL;

  if (strcmp (draft->type, "speaker") != 0)
    return TRUE;
  if (!tst_speakers_check_label (draft->content, error))
    return FALSE;
  if (!tst_field_book_require_town (self, &town, &missing))
    {
      if (json_object_get_size (plain) == 0)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&missing));
      return FALSE;
    }
  json_object_set_string_member (plain, "event", draft->event);
  json_object_set_string_member (plain, "record", draft->id);
  /* Always a part, always of one size: whether somebody gave a name is not to be read off the record. */
  return tst_event_sheet_seal (self, draft, plain, error) && tst_draft_add_sealed (draft, town, plain, "speaker", TRUE, error);
}

/* "A" at the tablet that opened the event, another letter at the others: two tablets give no number twice, as far as one letter goes. */
static gboolean
find_series (TstStore *store, const char *event, char series[2], GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT origin FROM event WHERE id = ?1", error);
  TstHead head;
  guint sum = 0;
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, event);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  series[0] = 'A';
  series[1] = '\0';
  if (!row || g_strcmp0 (tst_statement_text (statement, 0), "here") == 0)
    return TRUE;
  if (!tst_journal_head (store, TST_CHAIN_FIELD, &head, error))
    return FALSE;
  for (const char *c = head.device; *c != '\0'; c++)
    sum = sum * 31 + (guchar) *c;
  series[0] = LETTERS[sum % strlen (LETTERS)];
  return TRUE;
}

static gboolean
give_number (TstStore *store, TstDraft *draft, GError **error)
{
  char series[2];
  gboolean row;
  /* A turn that was withdrawn keeps its number. */
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "SELECT max (json_extract (content, '$.turn')) FROM item WHERE type = 'speaker' AND event = ?1 AND json_extract (content, '$.series') = ?2",
    error);

  if (statement == NULL || !find_series (store, draft->event, series, error))
    return FALSE;
  tst_statement_bind_text (statement, 1, draft->event);
  tst_statement_bind_text (statement, 2, series);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  tst_draft_set_string (draft, "series", series);
  json_object_set_int_member (draft->content, "turn", (row ? tst_statement_int (statement, 0) : 0) + 1);
  return TRUE;
}

/* --- the word --- */

static gint64
read_ms (const char *text)
{
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  return time != NULL ? g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000 : 0;
}

/* The texts of @act belong to @body. */
static TstSpeakingAct
read_act (JsonObject *body)
{
  return (TstSpeakingAct) { tst_json_string (body, "act"),
                            tst_json_string (body, "boot"),
                            read_ms (tst_json_string (body, "time")),
                            tst_json_int (body, "mono_ms", 0),
                            tst_json_int (body, "limit_s", 0),
                            tst_json_int (body, "used_s", -1) };
}

static TstSpeakingAct
act_of_clock (const TstTimestamp *now)
{
  return (TstSpeakingAct) { NULL, now->boot_id, now->utc_us / 1000, now->mono_us / 1000, 0, -1 };
}

/* (element-type JsonObject) bodies of the acts, in order. */
static GPtrArray *
load_acts (TstStore *store, const char *speaker, GError **error)
{
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  gboolean row;
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "SELECT id FROM item WHERE type = 'speaker-turn' AND refers = ?1 AND standing = 'valid' ORDER BY epoch, seq", error);

  if (statement == NULL)
    return NULL;
  tst_statement_bind_text (statement, 1, speaker);
  while (TRUE)
    {
      g_auto (TstJournalRow) found = { 0 };
      JsonObject *body;

      if (!tst_statement_step (statement, &row, error))
        return NULL;
      if (!row)
        return g_steal_pointer (&bodies);
      if (!tst_journal_find (store, tst_statement_text (statement, 0), &found, error))
        return NULL;
      body = found.body != NULL && !found.body_sealed ? tst_body_parse (found.body, NULL) : NULL;
      if (body != NULL)
        g_ptr_array_add (bodies, body);
    }
}

static gboolean
load_time (TstStore *store, const char *speaker, const TstTimestamp *now, TstSpeakingTime *time, GError **error)
{
  g_autoptr (GPtrArray) bodies = load_acts (store, speaker, error);
  g_autofree TstSpeakingAct *acts = NULL;
  const TstSpeakingAct until = act_of_clock (now);

  if (bodies == NULL)
    return FALSE;
  acts = g_new0 (TstSpeakingAct, bodies->len + 1);
  for (guint i = 0; i < bodies->len; i++)
    acts[i] = read_act (bodies->pdata[i]);
  tst_speaking_time (acts, bodies->len, &until, time);
  return TRUE;
}

/* What the draft names by @member: of that type and of this event, and not taken back. */
static gboolean
check_named (TstStore *store, TstDraft *draft, const char *member, const char *type, GError **error)
{
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "SELECT 1 FROM item WHERE id = ?1 AND type = ?2 AND event = ?3 AND standing = 'valid'", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, tst_json_string (draft->content, member));
  tst_statement_bind_text (statement, 2, type);
  tst_statement_bind_text (statement, 3, draft->event);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    g_set_error (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no such %s at this event. Nothing was saved.", type);
  return row;
}

/* Somebody else of this event who has the word. */
static gboolean
check_nobody_speaks (TstStore *store, TstDraft *draft, GError **error)
{
  gboolean row;
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "SELECT DISTINCT t.refers FROM item t JOIN item s ON s.id = t.refers WHERE t.type = 'speaker-turn' AND t.event = ?1 AND t.standing = 'valid'"
           " AND s.standing = 'valid' AND t.refers <> ?2",
    error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, draft->event);
  tst_statement_bind_text (statement, 2, tst_json_string (draft->content, "speaker"));
  while (TRUE)
    {
      TstSpeakingTime time;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      if (!load_time (store, tst_statement_text (statement, 0), &draft->time, &time, error))
        return FALSE;
      if (time.state == TST_SPEAKING_NOW || time.state == TST_SPEAKING_PAUSED)
        return set_wrong_state (error, "Somebody else has the word. Nothing was saved; end that turn first.");
    }
}

/* The id of the outcome that stands, NULL without error when there is none. */
static gboolean
find_outcome (TstStore *store, const char *speaker, char **id, JsonObject **content, GError **error)
{
  gboolean row;
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "SELECT id, content FROM item WHERE type = 'speaker-outcome' AND refers = ?1 AND standing = 'valid' ORDER BY epoch DESC, seq DESC LIMIT 1",
    error);

  *id = NULL;
  *content = NULL;
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, speaker);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  *id = g_strdup (tst_statement_text (statement, 0));
  *content = tst_json_parse_object (tst_statement_text (statement, 1), -1, error);
  return *content != NULL;
}

static gboolean
check_turn (TstStore *store, TstDraft *draft, GError **error)
{
  const char *act = tst_json_string (draft->content, "act");
  const char *speaker = tst_json_string (draft->content, "speaker");
  g_autofree char *outcome = NULL;
  g_autoptr (JsonObject) content = NULL;
  TstSpeakingTime time;

  if (!load_time (store, speaker, &draft->time, &time, error) || !find_outcome (store, speaker, &outcome, &content, error))
    return FALSE;
  if (!tst_speaking_may (time.state, act) || outcome != NULL)
    return set_wrong_state (error, "That cannot follow on what this turn has come to. Nothing was saved; read the list again.");
  if (strcmp (act, "inicio") == 0 || strcmp (act, "sigue") == 0)
    return check_nobody_speaks (store, draft, error);
  return TRUE;
}

static gboolean
check_commitment (TstStore *store, TstDraft *draft, GError **error)
{
  const char *commitment = tst_json_string (draft->content, "commitment");
  gboolean promised = strcmp (tst_json_string (draft->content, "outcome"), "compromiso") == 0;

  if (promised && commitment == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_FIELD,
                           "«commitment» is missing: the record of what was promised comes first. Nothing was saved.");
      return FALSE;
    }
  return commitment == NULL || check_named (store, draft, "commitment", "commitment", error);
}

static gboolean
check_outcome (TstStore *store, TstDraft *draft, GError **error)
{
  const char *speaker = tst_json_string (draft->content, "speaker");
  g_autofree char *outcome = NULL;
  g_autoptr (JsonObject) content = NULL;
  TstSpeakingTime time;

  if (!load_time (store, speaker, &draft->time, &time, error) || !find_outcome (store, speaker, &outcome, &content, error))
    return FALSE;
  if (time.state != TST_SPEAKING_DONE)
    return set_wrong_state (error, "That turn has not ended. Nothing was saved; end it first.");
  if (outcome != NULL)
    return set_wrong_state (error, "That turn has an outcome already. Nothing was saved; put that one right.");
  json_object_set_int_member (draft->content, "used_ms", time.used_ms);
  tst_draft_set_string (draft, "used_source", time.source);
  if (time.limit_s > 0)
    json_object_set_int_member (draft->content, "limit_s", time.limit_s);
  return check_commitment (store, draft, error);
}

gboolean
tst_speakers_before (TstFieldBook *self, TstStore *store, TstDraft *draft, GError **error)
{
  if (strcmp (draft->type, "speaker") == 0)
    return give_number (store, draft, error);
  if (!check_named (store, draft, "speaker", "speaker", error))
    return FALSE;
  return strcmp (draft->type, "speaker-turn") == 0 ? check_turn (store, draft, error) : check_outcome (store, draft, error);
}

/* --- the list --- */

typedef struct
{
  JsonObject *row;
  TstTimestamp now;
} Row;

static gboolean
finish_row (TstStore *store, gpointer data, GError **error)
{
  static const char *const names[] = { "outcome", "commitment", "used_ms", "used_source" };
  Row *self = data;
  const char *id = tst_json_string (self->row, "id");
  g_autofree char *outcome = NULL;
  g_autoptr (JsonObject) content = NULL;
  TstSpeakingTime time;

  if (!load_time (store, id, &self->now, &time, error) || !find_outcome (store, id, &outcome, &content, error))
    return FALSE;
  json_object_set_string_member (self->row, "word", tst_speaking_state_name (time.state));
  json_object_set_int_member (self->row, "used_ms", time.used_ms);
  json_object_set_string_member (self->row, "used_source", time.source);
  if (time.limit_s > 0)
    json_object_set_int_member (self->row, "limit_s", time.limit_s);
  if (content == NULL)
    return TRUE;
  json_object_set_string_member (self->row, "outcome_id", outcome);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (json_object_has_member (content, names[i]))
      json_object_set_member (self->row, names[i], json_object_dup_member (content, names[i]));
  if (tst_json_string (content, "text") != NULL)
    json_object_set_string_member (self->row, "outcome_text", tst_json_string (content, "text"));
  return TRUE;
}

void
tst_speakers_finish_row (TstFieldBook *self, JsonObject *row)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *number = g_strdup_printf ("%s-%" G_GINT64_FORMAT, tst_json_string (row, "series") != NULL ? tst_json_string (row, "series") : "",
                                             tst_json_int (row, "turn", 0));
  Row query = { .row = row };

  json_object_set_string_member (row, "number", number);
  tst_clock_now (self->clock, &query.now);
  if (!tst_store_read (self->store, finish_row, &query, &error))
    g_debug ("A speaker's time cannot be read: %s", error->message);
}
