/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-outbox-bundle.h"

#include "journal/tst-journal-private.h"

/* --- what goes into an archive --- */

typedef struct
{
  const TstBundleChoice *choice;
  gint64 now_s;
  GArray *records, *media;
} Listing;

/* ?1 now, ?2 event, ?3 record. Of an open record that is not due yet not even the envelope leaves. */
#define CONTENT \
  "(o.content = 1 AND CASE WHEN ?3 IS NOT NULL THEN o.id = ?3 WHEN ?2 IS NOT NULL THEN o.event IS ?2" \
  " ELSE o.state <> 'received' END)"
static const char list_field[]
  = "SELECT o.text_hash, o.bytes, " CONTENT " FROM outbox o JOIN journal_field j ON j.text_hash = o.text_hash"
    " WHERE o.due_s <= ?1 ORDER BY j.n";
static const char list_open[]
  = "SELECT o.text_hash, o.bytes, " CONTENT " FROM outbox o WHERE o.chain = 'open' AND o.due_s <= ?1 ORDER BY o.text_hash";
static const char list_media[]
  = "SELECT m.sha256, m.bytes, 1 FROM medium m LEFT JOIN event e ON e.id = m.event WHERE m.state <> 'dropped' AND EXISTS ("
    "  SELECT 1 FROM needed n JOIN outbox o ON o.text_hash = n.text_hash WHERE n.sha256 = m.sha256 AND n.what = 'medium'"
    "  AND o.due_s <= ?1 AND o.content = 1 AND CASE WHEN ?3 IS NOT NULL THEN o.id = ?3 WHEN ?2 IS NOT NULL THEN o.event IS ?2"
    "  ELSE m.state NOT IN ('held', 'freed') END)"
    " ORDER BY coalesce (e.starts_s, 9223372036854775807) DESC, m.bytes, m.sha256";

static gboolean
collect (TstStore *store, const char *sql, const Listing *listing, GArray *entries, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, listing->now_s);
  tst_statement_bind_text (statement, 2, listing->choice->event_id);
  tst_statement_bind_text (statement, 3, listing->choice->record_id);
  while (TRUE)
    {
      TstBundleEntry entry = { 0 };

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      entry.bytes = tst_statement_int (statement, 1);
      entry.content = tst_statement_int (statement, 2) != 0;
      if (tst_statement_hash (statement, 0, &entry.hash))
        g_array_append_val (entries, entry);
    }
}

static gboolean
exists (TstStore *store, const char *sql, const char *id, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, id);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    g_set_error (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no %s on this device. Look at the list.", id);
  return row;
}

static gboolean
list_bundle (TstStore *store, gpointer data, GError **error)
{
  Listing *listing = data;
  const TstBundleChoice *choice = listing->choice;

  if (choice->event_id != NULL && !exists (store, "SELECT 1 FROM event WHERE id = ?1", choice->event_id, error))
    return FALSE;
  if (choice->record_id != NULL && !exists (store, "SELECT 1 FROM outbox WHERE id = ?1", choice->record_id, error))
    return FALSE;
  return collect (store, list_field, listing, listing->records, error)
         && collect (store, list_open, listing, listing->records, error)
         && collect (store, list_media, listing, listing->media, error);
}

gboolean
tst_outbox_list_bundle (TstFieldBook *self, const TstBundleChoice *choice, GArray **records, GArray **media, GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (TstBundleEntry));
  g_autoptr (GArray) found_media = g_array_new (FALSE, FALSE, sizeof (TstBundleEntry));
  Listing listing = { choice, 0, found, found_media };
  TstTimestamp now;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && choice != NULL, FALSE);
  tst_clock_now (self->clock, &now);
  listing.now_s = now.utc_us / G_USEC_PER_SEC;
  if (!tst_store_read (self->store, list_bundle, &listing, error))
    return FALSE;
  *records = g_steal_pointer (&found);
  *media = g_steal_pointer (&found_media);
  return TRUE;
}

typedef struct
{
  const TstHash *text_hash;
  gboolean content;
  TstOutboxRecord *record;
} Loading;

static const char load_sql[]
  = "SELECT note, body, body_sealed FROM (SELECT text_hash, note, body, body_sealed FROM journal_field UNION ALL"
    " SELECT text_hash, note, body, body_sealed FROM journal_open) WHERE text_hash = ?1";

static gboolean
load_record (TstStore *store, gpointer data, GError **error)
{
  Loading *loading = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, load_sql, error);
  g_autoptr (GBytes) note = NULL;
  gsize ignored = 0;
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, loading->text_hash);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "This device has no such record.");
      return FALSE;
    }
  note = tst_statement_bytes (statement, 0);
  loading->record = g_new0 (TstOutboxRecord, 1);
  loading->record->parts = g_ptr_array_new ();
  loading->record->envelope = note != NULL ? tst_envelope_parse (note, error) : NULL;
  if (loading->record->envelope == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error_literal (error, TST_ERROR, TST_ERROR_STORE_DAMAGED, "A record of the journal cannot be read.");
      return FALSE;
    }
  if (!loading->content)
    return TRUE;
  loading->record->body = tst_statement_bytes (statement, 1);
  loading->record->body_sealed = tst_statement_int (statement, 2) != 0;
  return loading->record->body == NULL
         || tst_outbox_load_parts (store, loading->text_hash, loading->record->parts, &ignored, error);
}

TstOutboxRecord *
tst_outbox_load_record (TstFieldBook *self, const TstHash *text_hash, gboolean content, GError **error)
{
  Loading loading = { text_hash, content, NULL };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && text_hash != NULL, NULL);
  if (!tst_store_read (self->store, load_record, &loading, error))
    g_clear_pointer (&loading.record, tst_outbox_record_free);
  return loading.record;
}

/* --- carried for others --- */

void
tst_relay_member_free (TstRelayMember *self)
{
  g_free (self->name);
  g_free (self->maker);
  g_free (self);
}

TstMediaStore *
tst_outbox_open_relay (TstFieldBook *self, GError **error)
{
  g_autofree char *folder = g_build_filename (self->folder, "relay", NULL);

  return tst_media_store_open (folder, error);
}

typedef struct
{
  GPtrArray *members;
  gint64 now_s;
  guint fresh;
  guint max;
  const TstHash *sha256;
} Relay;

static gboolean
add_members (TstStore *store, gpointer data, GError **error)
{
  Relay *relay = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "INSERT OR IGNORE INTO relay (sha256, bytes, name, maker, taken_s, delivered) VALUES (?1, ?2, ?3, ?4, ?5, 0)", error);

  if (statement == NULL)
    return FALSE;
  relay->fresh = 0;
  for (guint i = 0; i < relay->members->len; i++)
    {
      const TstRelayMember *member = relay->members->pdata[i];

      tst_statement_bind_hash (statement, 1, &member->sha256);
      tst_statement_bind_int (statement, 2, member->bytes);
      tst_statement_bind_text (statement, 3, member->name);
      tst_statement_bind_text (statement, 4, member->maker);
      tst_statement_bind_int (statement, 5, relay->now_s);
      if (!tst_statement_step (statement, NULL, error))
        return FALSE;
      relay->fresh += tst_store_changes (store) > 0;
      tst_statement_reset (statement);
    }
  return TRUE;
}

gboolean
tst_outbox_add_relay_members (TstFieldBook *self, GPtrArray *members, guint *fresh, GError **error)
{
  Relay relay = { .members = members };
  TstTimestamp now;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && members != NULL, FALSE);
  tst_clock_now (self->clock, &now);
  relay.now_s = now.utc_us / G_USEC_PER_SEC;
  if (!tst_store_write (self->store, add_members, &relay, error))
    return FALSE;
  if (fresh != NULL)
    *fresh = relay.fresh;
  return TRUE;
}

static gboolean
find_member (TstStore *store, gpointer data, GError **error)
{
  Relay *relay = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT 1 FROM relay WHERE sha256 = ?1", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, relay->sha256);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  relay->fresh = !row;
  return TRUE;
}

gboolean
tst_outbox_wants_relay_member (TstFieldBook *self, const TstHash *sha256)
{
  Relay relay = { .sha256 = sha256, .fresh = 1 };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && sha256 != NULL, FALSE);
  return tst_store_read (self->store, find_member, &relay, NULL) && relay.fresh > 0;
}

static gboolean
list_members (TstStore *store, gpointer data, GError **error)
{
  Relay *relay = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "SELECT sha256, bytes, name, maker FROM relay WHERE delivered = 0 ORDER BY maker, name NOT LIKE 'register/%', name LIMIT ?1", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, relay->max > 0 ? (gint64) relay->max : -1);
  while (TRUE)
    {
      TstRelayMember *member;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      member = g_new0 (TstRelayMember, 1);
      g_ptr_array_add (relay->members, member);
      tst_statement_hash (statement, 0, &member->sha256);
      member->bytes = tst_statement_int (statement, 1);
      member->name = g_strdup (tst_statement_text (statement, 2));
      member->maker = g_strdup (tst_statement_text (statement, 3));
    }
}

GPtrArray *
tst_outbox_list_relay_members (TstFieldBook *self, guint max, GError **error)
{
  g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_relay_member_free);
  Relay relay = { .members = members, .max = max };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  return tst_store_read (self->store, list_members, &relay, error) ? g_steal_pointer (&members) : NULL;
}

static gboolean
mark_delivered (TstStore *store, gpointer data, GError **error)
{
  Relay *relay = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "UPDATE relay SET delivered = 1 WHERE sha256 = ?1", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, relay->sha256);
  return tst_statement_step (statement, NULL, error);
}

gboolean
tst_outbox_relay_delivered (TstFieldBook *self, const TstHash *sha256, GError **error)
{
  Relay relay = { .sha256 = sha256 };
  g_autoptr (TstMediaStore) store = NULL;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && sha256 != NULL, FALSE);
  if (!tst_store_write (self->store, mark_delivered, &relay, error))
    return FALSE;
  store = tst_outbox_open_relay (self, error);
  return store != NULL && tst_media_store_remove (store, sha256, error);
}

/* --- carried by others --- */

typedef struct
{
  GArray *items;
  const char *relay;
  gint64 time_s;
  guint known;
} Relayed;

static gboolean
store_relayed (TstStore *store, gpointer data, GError **error)
{
  Relayed *relayed = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store,
    "INSERT INTO relayed (item, relay, utc_s) SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM outbox WHERE text_hash = ?1)"
    " OR EXISTS (SELECT 1 FROM medium WHERE sha256 = ?1) ON CONFLICT (item, relay) DO UPDATE SET utc_s = excluded.utc_s", error);

  if (statement == NULL)
    return FALSE;
  relayed->known = 0;
  for (guint i = 0; i < relayed->items->len; i++)
    {
      tst_statement_bind_hash (statement, 1, &g_array_index (relayed->items, TstHash, i));
      tst_statement_bind_text (statement, 2, relayed->relay);
      tst_statement_bind_int (statement, 3, relayed->time_s);
      if (!tst_statement_step (statement, NULL, error))
        return FALSE;
      relayed->known += tst_store_changes (store) > 0;
      tst_statement_reset (statement);
    }
  return TRUE;
}

gboolean
tst_outbox_store_relayed (TstFieldBook *self, GArray *items, const char *relay, gint64 time_s, guint *known, GError **error)
{
  Relayed relayed = { items, relay, time_s, 0 };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && items != NULL && relay != NULL, FALSE);
  if (!tst_store_write (self->store, store_relayed, &relayed, error))
    return FALSE;
  if (known != NULL)
    *known = relayed.known;
  return TRUE;
}
