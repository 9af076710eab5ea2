/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-visit-private.h"

#include "log/tst-checkpoint.h"
#include "record/tst-body.h"

#include <stdio.h>
#include <string.h>

/* How far wall and monotonic clock may part, beyond their uncertainty, before it is a fact worth a record. */
#define JUMP_TOLERANCE_S 5

static const char *
table_name (TstChain chain)
{
  return chain == TST_CHAIN_OPEN ? "journal_open" : "journal_field";
}

/* --- reading --- */

gboolean
tst_journal_head (TstStore *store, TstChain chain, TstHead *head, GError **error)
{
  g_autoptr (TstStatement) epoch = NULL;
  g_autoptr (TstStatement) last = NULL;
  gboolean row;

  *head = (TstHead) { 0 };
  epoch = tst_store_prepare (store, "SELECT epoch, device FROM chain_key WHERE chain = ?1 ORDER BY epoch DESC LIMIT 1",
                             error);
  if (epoch == NULL)
    return FALSE;
  tst_statement_bind_text (epoch, 1, tst_chain_name (chain));
  if (!tst_statement_step (epoch, &row, error))
    return FALSE;
  if (row)
    {
      head->epoch = tst_statement_int (epoch, 0);
      g_strlcpy (head->device, tst_statement_text (epoch, 1), sizeof head->device);
    }

  last = tst_store_prepare (store,
                            chain == TST_CHAIN_OPEN
                              ? "SELECT seq, text_hash FROM journal_open WHERE epoch = ?1 ORDER BY seq DESC LIMIT 1"
                              : "SELECT seq, text_hash FROM journal_field WHERE epoch = ?1 ORDER BY seq DESC LIMIT 1",
                            error);
  if (last == NULL)
    return FALSE;
  tst_statement_bind_int (last, 1, head->epoch);
  if (!tst_statement_step (last, &row, error))
    return FALSE;
  if (row)
    {
      head->seq = tst_statement_int (last, 0);
      if (!tst_statement_hash (last, 1, &head->head))
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_STORE_DAMAGED,
                               "The journal's last row cannot be read. Nothing was deleted; run a verification.");
          return FALSE;
        }
    }
  return TRUE;
}

void
tst_journal_row_clear (TstJournalRow *self)
{
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->note, g_bytes_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->local, g_free);
}

#define ROW_COLUMNS "n, epoch, seq, text_hash, id, note, body, body_sealed, stored_sha256, local, erased"

static void
read_row (TstStatement *statement, TstChain chain, TstJournalRow *row)
{
  tst_journal_row_clear (row);
  *row = (TstJournalRow) { .chain = chain };
  row->n = tst_statement_int (statement, 0);
  row->epoch = tst_statement_int (statement, 1);
  row->seq = tst_statement_int (statement, 2);
  tst_statement_hash (statement, 3, &row->text_hash);
  row->id = g_strdup (tst_statement_text (statement, 4));
  row->note = tst_statement_bytes (statement, 5);
  if (row->note == NULL)
    row->note = g_bytes_new (NULL, 0);
  row->body = tst_statement_bytes (statement, 6);
  row->body_sealed = tst_statement_int (statement, 7) != 0;
  tst_statement_hash (statement, 8, &row->stored_sha256);
  row->local = g_strdup (tst_statement_text (statement, 9));
  row->erased = tst_statement_int (statement, 10) != 0;
}

gboolean
tst_journal_next (TstStore *store, TstChain chain, gint64 n, TstJournalRow *row, GError **error)
{
  g_autoptr (TstStatement) statement = NULL;
  gboolean found;

  tst_journal_row_clear (row);
  statement = tst_store_prepare (store,
                                 chain == TST_CHAIN_OPEN
                                   ? "SELECT " ROW_COLUMNS " FROM journal_open WHERE n > ?1 ORDER BY n LIMIT 1"
                                   : "SELECT " ROW_COLUMNS " FROM journal_field WHERE n > ?1 ORDER BY n LIMIT 1",
                                 error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, n);
  if (!tst_statement_step (statement, &found, error))
    return FALSE;
  if (found)
    read_row (statement, chain, row);
  return TRUE;
}

gboolean
tst_journal_find (TstStore *store, const char *id, TstJournalRow *row, GError **error)
{
  static const TstChain chains[] = { TST_CHAIN_FIELD, TST_CHAIN_OPEN };

  for (guint i = 0; i < G_N_ELEMENTS (chains); i++)
    {
      g_autoptr (TstStatement) statement = NULL;
      gboolean found;

      statement = tst_store_prepare (store,
                                     chains[i] == TST_CHAIN_OPEN
                                       ? "SELECT " ROW_COLUMNS " FROM journal_open WHERE id = ?1"
                                       : "SELECT " ROW_COLUMNS " FROM journal_field WHERE id = ?1",
                                     error);
      if (statement == NULL)
        return FALSE;
      tst_statement_bind_text (statement, 1, id);
      if (!tst_statement_step (statement, &found, error))
        return FALSE;
      if (found)
        {
          read_row (statement, chains[i], row);
          return TRUE;
        }
    }
  g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND,
                       "There is no record with that id on this device. Nothing was changed; check the id in the list.");
  return FALSE;
}

/* --- writing --- */

/* The anchor: the newest checkpoint, or on the open chain the one that was held when the event was opened, so that it
 * tells nothing finer than the event does. */
static gboolean
find_anchor (TstStore *store, TstDraft *draft, TstEnvelopeFields *fields, char **origin, GError **error)
{
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  if (draft->chain == TST_CHAIN_OPEN)
    {
      if (draft->event == NULL)
        return TRUE;
      statement = tst_store_prepare (store,
                                     "SELECT anchor_origin, anchor_size, anchor_root FROM event WHERE id = ?1", error);
      if (statement != NULL)
        tst_statement_bind_text (statement, 1, draft->event);
    }
  else
    statement = tst_store_prepare (store, "SELECT origin, size, root FROM checkpoint ORDER BY size DESC LIMIT 1", error);
  if (statement == NULL || !tst_statement_step (statement, &row, error))
    return FALSE;
  if (row && !tst_statement_is_null (statement, 0) && tst_statement_hash (statement, 2, &fields->anchor_root))
    {
      *origin = g_strdup (tst_statement_text (statement, 0));
      fields->anchor_origin = *origin;
      fields->anchor_size = tst_statement_int (statement, 1);
    }
  return TRUE;
}

static gboolean
insert_row (TstStore *store, TstDraft *draft, guint epoch, guint64 seq, GError **error)
{
  g_autoptr (TstStatement) statement = NULL;
  g_autofree char *sql = g_strdup_printf (
    "INSERT INTO %s (epoch, seq, text_hash, id, note, body, body_sealed, stored_sha256, local)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", table_name (draft->chain));
  g_autofree char *local = draft->local != NULL ? tst_json_write (draft->local) : NULL;
  TstHash stored = tst_hash_bytes (draft->stored);

  statement = tst_store_prepare (store, sql, error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, epoch);
  tst_statement_bind_int (statement, 2, seq);
  tst_statement_bind_hash (statement, 3, tst_envelope_get_text_hash (draft->envelope));
  tst_statement_bind_text (statement, 4, draft->id);
  tst_statement_bind_bytes (statement, 5, tst_envelope_get_note (draft->envelope));
  tst_statement_bind_bytes (statement, 6, draft->stored);
  tst_statement_bind_int (statement, 7, draft->body_sealed);
  tst_statement_bind_hash (statement, 8, &stored);
  tst_statement_bind_text (statement, 9, local);
  return tst_statement_step (statement, NULL, error);
}

static gboolean
insert_needed (TstStore *store, const TstHash *text_hash, const TstHash *sha256, guint64 bytes, const char *what,
               GError **error)
{
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "INSERT OR IGNORE INTO needed (text_hash, sha256, bytes, what) VALUES (?1, ?2, ?3, ?4)",
                         error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, text_hash);
  tst_statement_bind_hash (statement, 2, sha256);
  tst_statement_bind_int (statement, 3, bytes);
  tst_statement_bind_text (statement, 4, what);
  return tst_statement_step (statement, NULL, error);
}

static gboolean
insert_parts (TstStore *store, TstDraft *draft, GError **error)
{
  const TstHash *text_hash = tst_envelope_get_text_hash (draft->envelope);
  g_autoptr (GPtrArray) refs = tst_body_get_sealed (draft->content, error);

  if (refs == NULL)
    return FALSE;
  g_assert (refs->len == draft->parts->len);
  for (guint i = 0; i < refs->len; i++)
    {
      TstPartRef *ref = refs->pdata[i];
      TstSealedPart *part = draft->parts->pdata[i];
      g_autoptr (TstStatement) statement = tst_store_prepare (
        store, "INSERT INTO sealed_part (sha256, text_hash, recipient, purpose, bytes) VALUES (?1, ?2, ?3, ?4, ?5)", error);

      g_assert (tst_hash_equal (&ref->sha256, &part->sha256));
      if (statement == NULL)
        return FALSE;
      tst_statement_bind_hash (statement, 1, &ref->sha256);
      tst_statement_bind_hash (statement, 2, text_hash);
      tst_statement_bind_text (statement, 3, ref->type);
      tst_statement_bind_text (statement, 4, ref->role);
      tst_statement_bind_bytes (statement, 5, part->bytes);
      if (!tst_statement_step (statement, NULL, error)
          || !insert_needed (store, text_hash, &ref->sha256, ref->bytes, "part", error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
insert_media (TstStore *store, TstDraft *draft, GError **error)
{
  const TstHash *text_hash = tst_envelope_get_text_hash (draft->envelope);
  g_autoptr (GPtrArray) refs = tst_body_get_media (draft->content, error);

  if (refs == NULL)
    return FALSE;
  for (guint i = 0; i < refs->len; i++)
    {
      TstPartRef *ref = refs->pdata[i];
      /* One that was dropped with a discarded record is due again when another record names it; one that was freed is here again. */
      g_autoptr (TstStatement) statement = tst_store_prepare (
        store,
        "INSERT INTO medium (sha256, bytes, type, event, chain, state) VALUES (?1, ?2, ?3, ?4, ?5,"
        "  CASE WHEN EXISTS (SELECT 1 FROM holding WHERE sha256 = ?1) THEN 'held' ELSE 'due' END)"
        " ON CONFLICT (sha256) DO UPDATE SET state = excluded.state, event = excluded.event WHERE state IN ('dropped', 'freed')",
        error);

      if (statement == NULL)
        return FALSE;
      tst_statement_bind_hash (statement, 1, &ref->sha256);
      tst_statement_bind_int (statement, 2, ref->bytes);
      tst_statement_bind_text (statement, 3, ref->type);
      tst_statement_bind_text (statement, 4, draft->event);
      tst_statement_bind_text (statement, 5, tst_chain_name (draft->chain));
      if (!tst_statement_step (statement, NULL, error)
          || !insert_needed (store, text_hash, &ref->sha256, ref->bytes, "medium", error))
        return FALSE;
    }
  return TRUE;
}

/* When an open record may leave: no earlier than the hold after the end of the hour that it carries, so that the wait since the act
 * itself is the hold and up to an hour more, and all of one hour leave together, shuffled. */
static gint64
due_time (TstDraft *draft)
{
  if (draft->chain != TST_CHAIN_OPEN || draft->hold_hours <= 0)
    return 0;
  return tst_draft_get_hour (draft) + ((gint64) draft->hold_hours + 1) * TST_HOUR;
}

static gboolean
insert_outbox (TstStore *store, TstDraft *draft, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "INSERT INTO outbox (text_hash, id, chain, event, utc_s, due_s, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", error);
  guint64 bytes = g_bytes_get_size (tst_envelope_get_note (draft->envelope)) + g_bytes_get_size (draft->stored);

  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < draft->parts->len; i++)
    bytes += g_bytes_get_size (((TstSealedPart *) draft->parts->pdata[i])->bytes);
  tst_statement_bind_hash (statement, 1, tst_envelope_get_text_hash (draft->envelope));
  tst_statement_bind_text (statement, 2, draft->id);
  tst_statement_bind_text (statement, 3, tst_chain_name (draft->chain));
  tst_statement_bind_text (statement, 4, draft->event);
  tst_statement_bind_int (statement, 5, tst_envelope_get_fields (draft->envelope)->utc_s);
  tst_statement_bind_int (statement, 6, due_time (draft));
  tst_statement_bind_int (statement, 7, bytes);
  return tst_statement_step (statement, NULL, error);
}

static gboolean
append_one (TstFieldBook *self, TstStore *store, TstDraft *draft, GError **error)
{
  g_autoptr (TstSigningKey) key
    = draft->key != NULL ? tst_signing_key_ref (draft->key) : tst_field_book_ref_key (self, draft->chain);
  g_autofree char *origin = NULL;
  TstEnvelopeFields fields = { 0 };
  TstProjected projected = { 0 };
  TstHead head;

  g_assert (draft->stored != NULL && draft->envelope == NULL);
  if (!tst_journal_head (store, draft->chain, &head, error))
    return FALSE;
  if (strcmp (head.device, tst_signing_key_get_name (key)) != 0)
    {
      /* Between the commit of a retirement and the moment when its keys have taken their place. */
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BUSY,
                           "This device's keys are just being changed. Nothing was saved; try again in a moment.");
      return FALSE;
    }
  fields.chain = draft->chain;
  fields.seq = head.seq + 1;
  fields.prev = head.head;
  fields.id = draft->id;
  fields.kind = draft->kind;
  fields.time_source = draft->time.source;
  fields.utc_s = draft->time.utc_us / G_USEC_PER_SEC;
  fields.uncertainty_s = MAX (draft->time.uncertainty_s, 1);
  if (draft->chain == TST_CHAIN_OPEN)
    {
      /* The kernel's error bound grows between two synchronisations: it would date the record to the minute. */
      fields.utc_s = tst_draft_get_hour (draft);
      fields.uncertainty_s = TST_HOUR;
    }
  fields.body = draft->body_hash;
  if (!find_anchor (store, draft, &fields, &origin, error))
    return FALSE;
  draft->envelope = tst_envelope_sign (&fields, key);

  if (!insert_row (store, draft, head.epoch, fields.seq, error)
      || !insert_needed (store, tst_envelope_get_text_hash (draft->envelope), &draft->body_hash,
                         g_bytes_get_size (draft->clear), "body", error)
      || !insert_parts (store, draft, error) || !insert_media (store, draft, error)
      || !insert_outbox (store, draft, error))
    return FALSE;

  projected.envelope = draft->envelope;
  projected.epoch = head.epoch;
  projected.body = draft->body;
  projected.local = draft->local;
  projected.works_done = draft->works_done;
  return tst_journal_project (self, store, &projected, error);
}

/* --- the clock --- */

typedef struct
{
  char boot[40];
  gint64 mono_us, utc_us;
  guint uncertainty_s;
} Reading;

static gboolean
read_last_clock (TstStore *store, Reading *last)
{
  g_autofree char *text = tst_meta_dup_text (store, "clock");

  return text != NULL
         && sscanf (text, "%39s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u", last->boot, &last->mono_us, &last->utc_us,
                    &last->uncertainty_s) == 4;
}

/* Only field records look at the clock and remember it: a note beside an open record would date it. */
static gboolean
record_clock_jump (TstFieldBook *self, TstStore *store, TstDraft *draft, GError **error)
{
  Reading last = { 0 };
  gint64 elapsed, jump;
  guint uncertainty;
  g_autofree char *now = g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u", draft->time.boot_id,
                                          draft->time.mono_us, draft->time.utc_us, draft->time.uncertainty_s);

  if (read_last_clock (store, &last) && g_strcmp0 (last.boot, draft->time.boot_id) == 0)
    {
      elapsed = draft->time.mono_us - last.mono_us;
      jump = draft->time.utc_us - last.utc_us - elapsed;
      uncertainty = MAX (last.uncertainty_s, draft->time.uncertainty_s);
      if (ABS (jump) > (gint64) (JUMP_TOLERANCE_S + uncertainty) * G_USEC_PER_SEC)
        {
          g_autoptr (TstDraft) note = tst_draft_new (self, TST_CHAIN_FIELD, TST_KIND_SYSTEM, "clock-jump");
          g_autofree char *before = tst_time_format_ms (last.utc_us);
          g_autofree char *after = tst_time_format_ms (draft->time.utc_us);
          g_autofree char *told = NULL;

          note->time = draft->time;
          tst_draft_set_string (note, "before", before);
          tst_draft_set_string (note, "after", after);
          json_object_set_int_member (note->content, "elapsed_ms", elapsed / 1000);
          json_object_set_int_member (note->content, "jump_ms", jump / 1000);
          json_object_set_int_member (note->content, "uncertainty_s", uncertainty);
          told = g_strdup_printf ("%s %" G_GINT64_FORMAT, after, jump / 1000);
          if (!tst_draft_seal (note, self, error) || !append_one (self, store, note, error)
              || !tst_meta_set_text (store, "clock-jump", told, error))
            return FALSE;
        }
    }
  return tst_meta_set_text (store, "clock", now, error);
}

/* Whoever acts for the first time, or under another name or role, is first written down. */
static gboolean
record_staff (TstFieldBook *self, TstStore *store, TstDraft *draft, GError **error)
{
  g_autoptr (TstDraft) note = NULL;
  JsonObject *person;
  gboolean known;

  if (draft->author_id == NULL)
    return TRUE;
  {
    g_autoptr (TstStatement) statement
      = tst_store_prepare (store, "SELECT 1 FROM staff WHERE id = ?1 AND name IS ?2 AND role IS ?3", error);

    if (statement == NULL)
      return FALSE;
    tst_statement_bind_text (statement, 1, draft->author_id);
    tst_statement_bind_text (statement, 2, draft->author_name);
    tst_statement_bind_text (statement, 3, draft->author_role);
    if (!tst_statement_step (statement, &known, error))
      return FALSE;
  }
  if (known)
    return TRUE;
  note = tst_draft_new (self, TST_CHAIN_FIELD, TST_KIND_SYSTEM, "staff");
  note->time = draft->time;
  person = json_object_new ();
  json_object_set_string_member (person, "id", draft->author_id);
  if (draft->author_name != NULL)
    json_object_set_string_member (person, "name", draft->author_name);
  if (draft->author_role != NULL)
    json_object_set_string_member (person, "role", draft->author_role);
  json_object_set_object_member (note->content, "staff", person);
  return tst_draft_seal (note, self, error) && append_one (self, store, note, error);
}

gboolean
tst_journal_prelude (TstFieldBook *self, TstStore *store, TstDraft *draft, GError **error)
{
  return draft->chain != TST_CHAIN_FIELD
         || (record_clock_jump (self, store, draft, error) && record_staff (self, store, draft, error));
}

gboolean
tst_journal_append_first (TstFieldBook *self, TstStore *store, TstDraft *draft, GError **error)
{
  return append_one (self, store, draft, error);
}

gboolean
tst_journal_append (TstFieldBook *self, TstStore *store, TstDraft *draft, GError **error)
{
  return tst_journal_prelude (self, store, draft, error) && append_one (self, store, draft, error);
}

typedef struct
{
  TstFieldBook *self;
  TstDraft *draft;
  TstBeforeAppend before;
  gpointer data;
} Commit;

static gboolean
commit_in_store (TstStore *store, gpointer data, GError **error)
{
  Commit *commit = data;

  if (commit->before != NULL && !commit->before (commit->self, store, commit->draft, commit->data, error))
    return FALSE;
  return tst_journal_append (commit->self, store, commit->draft, error) && tst_event_sheet_follow (store, commit->draft, error)
         && tst_visit_follow_stream (commit->self, store, commit->draft, error);
}

gboolean
tst_journal_commit (TstFieldBook *self, TstDraft *draft, TstBeforeAppend before, gpointer data, GError **error)
{
  Commit commit = { self, draft, before, data };

  return tst_store_write (self->store, commit_in_store, &commit, error);
}
