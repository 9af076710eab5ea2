/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-event-sheet.h"

#include "journal/tst-journal-private.h"
#include "record/tst-sodium.h"
#include "seal/tst-age.h"
#include "seal/tst-bech32.h"

#include <sodium.h>
#include <string.h>

#define SHARE_PREFIX "TESTIGO-HOJA1:"
#define IDENTITY_MAX 128

struct _TstEventSheet
{
  gatomicrefcount refs;
  TstFieldBook *book;
  char *event;
  GMutex mutex;       /* guards what follows */
  char *identity;     /* (nullable) sodium_malloc, the text of the event's age identity */
  guint8 *tag_key;    /* sodium_malloc */
  GHashTable *tags;   /* set of GBytes of 32 */
};

/* --- the secret --- */

static char *
secret_text (const char *text)
{
  char *secret = tst_secret_alloc (IDENTITY_MAX);

  g_strlcpy (secret, text, IDENTITY_MAX);
  return secret;
}

static char *
make_identity (void)
{
  guint8 *seed = tst_secret_alloc (crypto_scalarmult_curve25519_BYTES);
  g_autofree char *text = NULL;
  char *secret;

  randombytes_buf (seed, crypto_scalarmult_curve25519_BYTES);
  text = tst_bech32_encode ("AGE-SECRET-KEY-", seed, crypto_scalarmult_curve25519_BYTES);
  secret = secret_text (text);
  sodium_memzero (text, strlen (text));
  sodium_free (seed);
  return secret;
}

static guint8 *
derive_tag_key (const char *identity)
{
  guint8 *key = tst_secret_alloc (crypto_auth_hmacsha256_KEYBYTES);
  crypto_auth_hmacsha256_state state;

  /* A key of its own for each purpose. */
  crypto_auth_hmacsha256_init (&state, (const guint8 *) identity, strlen (identity));
  crypto_auth_hmacsha256_update (&state, (const guint8 *) "testigo-registros", strlen ("testigo-registros"));
  crypto_auth_hmacsha256_final (&state, key);
  sodium_memzero (&state, sizeof state);
  return key;
}

static char *
purpose_of (const char *event)
{
  return g_strdup_printf ("event-key:%s", event);
}

typedef struct
{
  TstFieldBook *book;
  const char *event, *record, *recipient, *type;
  GBytes *wrapped;   /* in or out */
  char *found;       /* recipient */
  GPtrArray *rows;   /* of GBytes and JSON texts, by turns */
  gboolean begun;    /* something was written down already */
} Query;

static gboolean
read_key (TstStore *store, gpointer data, GError **error)
{
  Query *query = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (
      store, "SELECT wrapped, recipient FROM event_key WHERE event = coalesce ((SELECT event FROM item WHERE id = ?2), ?1)", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, query->event);
  tst_statement_bind_text (statement, 2, query->record);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    {
      query->wrapped = tst_statement_bytes (statement, 0);
      query->found = g_strdup (tst_statement_text (statement, 1));
    }
  return TRUE;
}

static gboolean
write_key (TstStore *store, gpointer data, GError **error)
{
  Query *query = data;
  g_autoptr (TstStatement) statement
      = tst_store_prepare (store, "INSERT INTO event_key (event, recipient, wrapped) VALUES (?1, ?2, ?3) ON CONFLICT (event) DO NOTHING", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, query->event);
  tst_statement_bind_text (statement, 2, query->recipient);
  tst_statement_bind_bytes (statement, 3, query->wrapped);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  query->begun = tst_store_changes (store) == 0;
  return TRUE;
}

static gboolean
keep_identity (TstFieldBook *book, const char *event, TstVault *vault, const char *identity, gboolean *had_one, GError **error)
{
  g_autoptr (TstAgeIdentity) parsed = tst_age_identity_parse (identity, error);
  g_autofree char *purpose = purpose_of (event);
  g_autoptr (GBytes) wrapped = NULL;
  Query query = { .event = event };

  if (parsed == NULL)
    return FALSE;
  wrapped = tst_vault_seal (vault, purpose, identity, strlen (identity) + 1);
  query.wrapped = wrapped;
  query.recipient = tst_age_identity_get_recipient (parsed);
  if (!tst_store_write (book->store, write_key, &query, error))
    return FALSE;
  *had_one = query.begun;
  return TRUE;
}

static char *
load_identity (TstFieldBook *book, const char *event, TstVault *vault, GError **error)
{
  g_autofree char *purpose = purpose_of (event);
  Query query = { .event = event };
  GBytes *plain;
  char *identity = NULL;

  if (!tst_store_read (book->store, read_key, &query, error))
    return NULL;
  g_free (query.found);
  if (query.wrapped == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "This event has no sheet on this tablet.");
      return NULL;
    }
  plain = tst_vault_open (vault, purpose, query.wrapped, error);
  g_bytes_unref (query.wrapped);
  if (plain != NULL)
    {
      identity = secret_text (g_bytes_get_data (plain, NULL));
      tst_age_wipe (plain);
    }
  return identity;
}

/* --- the sheet --- */

static gboolean
read_rows (TstStore *store, gpointer data, GError **error)
{
  Query *query = data;
  g_autoptr (TstStatement) statement
      = tst_store_prepare (store,
                           "SELECT w.sealed, w.record, json_extract (i.content, '$.checked_in_at') FROM working_copy w JOIN item i ON i.id = w.record"
                           " WHERE w.event = ?1 AND i.type = ?2 AND i.standing = 'valid' ORDER BY i.epoch, i.seq",
                           error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, query->event);
  tst_statement_bind_text (statement, 2, query->type);
  while (tst_statement_step (statement, &row, error))
    {
      if (!row)
        return TRUE;
      g_ptr_array_add (query->rows, tst_statement_bytes (statement, 0));
      g_ptr_array_add (query->rows, g_strdup (tst_statement_text (statement, 1)));
      g_ptr_array_add (query->rows, g_strdup (tst_statement_text (statement, 2)));
    }
  return FALSE;
}

static void
rows_free (GPtrArray *rows)
{
  for (guint i = 0; i + 2 < rows->len; i += 3)
    {
      g_clear_pointer (&rows->pdata[i], g_bytes_unref);
      g_free (rows->pdata[i + 1]);
      g_free (rows->pdata[i + 2]);
    }
  g_ptr_array_unref (rows);
}

static JsonObject *
open_row (GBytes *sealed, TstAgeIdentity *identity, GError **error)
{
  GBytes *plain = tst_age_open (sealed, identity, error);
  JsonObject *object;

  if (plain == NULL)
    return NULL;
  object = tst_json_parse_object (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), error);
  tst_age_wipe (plain);
  return object;
}

/* The working copies of the records of one type. */
static GPtrArray *
read_people (TstEventSheet *self, const char *type, GError **error)
{
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (TstAgeIdentity) identity = NULL;
  Query query = { .event = self->event, .type = type };
  gboolean fine;

  g_mutex_lock (&self->mutex);
  if (self->identity != NULL)
    identity = tst_age_identity_parse (self->identity, error);
  else
    g_set_error_literal (error, TST_ERROR, TST_ERROR_LOCKED, "The sheet is closed: it opens with a staff PIN.");
  g_mutex_unlock (&self->mutex);
  if (identity == NULL)
    return NULL;
  query.rows = g_ptr_array_new ();
  fine = tst_store_read (self->book->store, read_rows, &query, error);
  for (guint i = 0; fine && i + 2 < query.rows->len; i += 3)
    {
      JsonObject *person = open_row (query.rows->pdata[i], identity, error);

      fine = person != NULL;
      if (!fine)
        break;
      json_object_set_string_member (person, "record", query.rows->pdata[i + 1]);
      if (query.rows->pdata[i + 2] != NULL)
        json_object_set_string_member (person, "checked_in_at", query.rows->pdata[i + 2]);
      g_ptr_array_add (people, person);
    }
  rows_free (query.rows);
  return fine ? g_steal_pointer (&people) : NULL;
}

GPtrArray *
tst_event_sheet_read (TstEventSheet *self, GError **error)
{
  return read_people (self, "attendance", error);
}

GPtrArray *
tst_event_sheet_read_speakers (TstEventSheet *self, GError **error)
{
  return read_people (self, "speaker", error);
}

TstEventSheet *
tst_event_sheet_open (TstFieldBook *book, const char *event_id, TstVault *vault, GError **error)
{
  g_autoptr (TstEventSheet) self = NULL;
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (GError) missing = NULL;
  char *identity;
  gboolean had_one;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (book) && event_id != NULL && vault != NULL, NULL);
  tst_sodium_init ();
  identity = load_identity (book, event_id, vault, &missing);
  if (g_error_matches (missing, TST_ERROR, TST_ERROR_NOT_FOUND))
    {
      identity = make_identity ();
      if (!keep_identity (book, event_id, vault, identity, &had_one, error))
        {
          sodium_free (identity);
          return NULL;
        }
    }
  else if (identity == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&missing));
      return NULL;
    }
  self = g_new0 (TstEventSheet, 1);
  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->mutex);
  self->book = g_object_ref (book);
  self->event = g_strdup (event_id);
  self->identity = identity;
  self->tag_key = derive_tag_key (identity);
  self->tags = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  people = tst_event_sheet_read (self, error);
  if (people == NULL)
    return NULL;
  for (guint i = 0; i < people->len; i++)
    tst_event_sheet_note (self, tst_json_string (people->pdata[i], "id_type"), tst_json_string (people->pdata[i], "id_no"));
  return g_steal_pointer (&self);
}

TstEventSheet *
tst_event_sheet_ref (TstEventSheet *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tst_event_sheet_unref (TstEventSheet *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  tst_event_sheet_lock (self);
  sodium_free (self->tag_key);
  g_hash_table_unref (self->tags);
  g_mutex_clear (&self->mutex);
  g_object_unref (self->book);
  g_free (self->event);
  g_free (self);
}

void
tst_event_sheet_lock (TstEventSheet *self)
{
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->identity, sodium_free);
  g_mutex_unlock (&self->mutex);
}

/* The digits and letters of it alone, so that 1.098.765 and 1098765 are one. */
static GBytes *
make_tag (TstEventSheet *self, const char *id_type, const char *id_no)
{
  guint8 tag[crypto_auth_hmacsha256_BYTES];
  GString *text;

  if (id_no == NULL)
    return NULL;
  text = g_string_new (id_type != NULL ? id_type : "");
  g_string_append_c (text, ':');
  for (const char *c = id_no; *c != '\0'; c++)
    if (g_ascii_isalnum (*c))
      g_string_append_c (text, g_ascii_toupper (*c));
  if (text->str[text->len - 1] == ':')
    {
      g_string_free (text, TRUE);
      return NULL;
    }
  crypto_auth_hmacsha256 (tag, (const guint8 *) text->str, text->len, self->tag_key);
  sodium_memzero (text->str, text->len);
  g_string_free (text, TRUE);
  return g_bytes_new (tag, sizeof tag);
}

gboolean
tst_event_sheet_has (TstEventSheet *self, const char *id_type, const char *id_no)
{
  g_autoptr (GBytes) tag = make_tag (self, id_type, id_no);
  gboolean has;

  if (tag == NULL)
    return FALSE;
  g_mutex_lock (&self->mutex);
  has = g_hash_table_contains (self->tags, tag);
  g_mutex_unlock (&self->mutex);
  return has;
}

void
tst_event_sheet_note (TstEventSheet *self, const char *id_type, const char *id_no)
{
  GBytes *tag = make_tag (self, id_type, id_no);

  if (tag == NULL)
    return;
  g_mutex_lock (&self->mutex);
  g_hash_table_add (self->tags, tag);
  g_mutex_unlock (&self->mutex);
}

guint
tst_event_sheet_count (TstEventSheet *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = g_hash_table_size (self->tags);
  g_mutex_unlock (&self->mutex);
  return n;
}

/* --- several tablets --- */

typedef struct
{
  guint8 salt[crypto_pwhash_SALTBYTES];
  guint8 nonce[crypto_secretbox_NONCEBYTES];
} ShareHead;

static guint8 *
derive_share_key (const char *pin, const ShareHead *head, GError **error)
{
  guint8 *key = tst_secret_alloc (crypto_secretbox_KEYBYTES);

  if (crypto_pwhash (key, crypto_secretbox_KEYBYTES, pin, strlen (pin), head->salt, crypto_pwhash_OPSLIMIT_MODERATE,
                     crypto_pwhash_MEMLIMIT_MODERATE, crypto_pwhash_ALG_ARGON2ID13) == 0)
    return key;
  sodium_free (key);
  g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED, "There is not enough memory for this now. Close other programs and try again.");
  return NULL;
}

char *
tst_event_sheet_share (TstEventSheet *self, const char *pin, GError **error)
{
  ShareHead head;
  g_autofree guint8 *sealed = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *base64 = NULL;
  guint8 *key;
  gsize size;

  g_mutex_lock (&self->mutex);
  plain = self->identity != NULL ? g_strdup_printf ("%s %s", self->event, self->identity) : NULL;
  g_mutex_unlock (&self->mutex);
  if (plain == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_LOCKED, "The sheet is closed: it opens with a staff PIN.");
      return NULL;
    }
  randombytes_buf (&head, sizeof head);
  key = derive_share_key (pin, &head, error);
  size = strlen (plain);
  if (key == NULL)
    {
      sodium_memzero (plain, size);
      return NULL;
    }
  sealed = g_malloc (sizeof head + crypto_secretbox_MACBYTES + size);
  memcpy (sealed, &head, sizeof head);
  crypto_secretbox_easy (sealed + sizeof head, (const guint8 *) plain, size, head.nonce, key);
  sodium_memzero (plain, size);
  sodium_free (key);
  base64 = g_base64_encode (sealed, sizeof head + crypto_secretbox_MACBYTES + size);
  return g_strconcat (SHARE_PREFIX, base64, NULL);
}

/* "EVENT IDENTITY" in secret memory, or NULL. */
static char *
open_share (const char *text, const char *pin, GError **error)
{
  g_autofree guint8 *sealed = NULL;
  gsize size = 0;
  ShareHead head;
  guint8 *key;
  char *plain;

  if (g_str_has_prefix (text, SHARE_PREFIX))
    sealed = g_base64_decode (text + strlen (SHARE_PREFIX), &size);
  if (size <= sizeof head + crypto_secretbox_MACBYTES || size > 1024)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "That is not the code of a sheet. Show it again on the other tablet.");
      return NULL;
    }
  memcpy (&head, sealed, sizeof head);
  key = derive_share_key (pin, &head, error);
  if (key == NULL)
    return NULL;
  size -= sizeof head;
  plain = tst_secret_alloc (size + 1);
  memset (plain, 0, size + 1);
  if (crypto_secretbox_open_easy ((guint8 *) plain, sealed + sizeof head, size, head.nonce, key) != 0)
    {
      g_clear_pointer (&plain, sodium_free);
      g_set_error_literal (error, TST_ERROR, TST_ERROR_LOCKED, "That is not the PIN of the other tablet.");
    }
  sodium_free (key);
  return plain;
}

gboolean
tst_event_sheet_join (TstFieldBook *book, const char *event_id, TstVault *vault, const char *text, const char *pin, GError **error)
{
  char *plain;
  gsize length = strlen (event_id);
  gboolean fine, had_one = FALSE;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (book) && vault != NULL, FALSE);
  tst_sodium_init ();
  plain = open_share (text, pin, error);
  if (plain == NULL)
    return FALSE;
  if (strncmp (plain, event_id, length) != 0 || plain[length] != ' ')
    {
      sodium_free (plain);
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "That is the sheet of another event.");
      return FALSE;
    }
  fine = keep_identity (book, event_id, vault, plain + length + 1, &had_one, error);
  sodium_free (plain);
  if (fine && had_one)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE, "This tablet has a sheet of its own for the event already. Both are counted together by the city.");
      return FALSE;
    }
  return fine;
}

/* --- what acts and projections need --- */

gboolean
tst_event_sheet_seal (TstFieldBook *self, TstDraft *draft, JsonObject *plain, GError **error)
{
  Query query = { .event = draft->event, .record = draft->target };
  const char *recipients[2] = { NULL, NULL };
  g_autoptr (GBytes) sealed = NULL;
  GBytes *bytes;
  char *json;

  if (!tst_store_read (self->store, read_key, &query, error))
    return FALSE;
  g_clear_pointer (&query.wrapped, g_bytes_unref);
  if (query.found == NULL)
    return TRUE; /* no PIN was given for this event: there is no working copy */
  recipients[0] = query.found;
  json = tst_json_write (plain);
  bytes = g_bytes_new_take (json, strlen (json));
  draft->working = tst_age_seal (bytes, recipients, error);
  tst_age_wipe (bytes);
  g_free (query.found);
  return draft->working != NULL;
}

gboolean
tst_event_sheet_follow (TstStore *store, TstDraft *draft, GError **error)
{
  g_autoptr (TstStatement) statement = NULL;
  const char *record = draft->target != NULL ? draft->target : draft->id;
  gboolean row;

  if (draft->working == NULL)
    return TRUE;
  statement = tst_store_prepare (store, "INSERT OR REPLACE INTO working_copy (record, event, sealed) SELECT id, event, ?2 FROM item WHERE id = ?1", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, record);
  tst_statement_bind_bytes (statement, 2, draft->working);
  return tst_statement_step (statement, &row, error);
}

gboolean
tst_event_sheet_forget (TstStore *store, const char *record, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "DELETE FROM working_copy WHERE record = ?1", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, record);
  return tst_statement_step (statement, &row, error);
}

static gboolean
sweep_in_store (TstStore *store, gpointer data, GError **error)
{
  /* Held: no attendance and no speaker of the event waits for central any more, whatever was changed of it afterwards. */
  return tst_store_exec (store,
                         "DELETE FROM working_copy WHERE event IN (SELECT id FROM event e WHERE status = 'closed' AND NOT EXISTS"
                         " (SELECT 1 FROM record r JOIN outbox o ON o.id = r.id WHERE r.event = e.id AND (r.kind = 'attendance' OR r.type = 'speaker') AND o.state <> 'received'));"
                         "DELETE FROM event_key WHERE event IN (SELECT id FROM event e WHERE status = 'closed' AND NOT EXISTS"
                         " (SELECT 1 FROM record r JOIN outbox o ON o.id = r.id WHERE r.event = e.id AND (r.kind = 'attendance' OR r.type = 'speaker') AND o.state <> 'received'));",
                         error);
}

/* Asked for often: a write costs the disk a wait. */
static gboolean
is_due (TstStore *store, gpointer data, GError **error)
{
  g_autoptr (TstStatement) statement
      = tst_store_prepare (store, "SELECT EXISTS (SELECT 1 FROM event_key k JOIN event e ON e.id = k.event WHERE e.status = 'closed')", error);
  gboolean row;

  if (statement == NULL || !tst_statement_step (statement, &row, error))
    return FALSE;
  *(gboolean *) data = row && tst_statement_int (statement, 0) != 0;
  return TRUE;
}

gboolean
tst_event_sheet_sweep (TstFieldBook *book, GError **error)
{
  gboolean due = FALSE;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (book), FALSE);
  if (!tst_store_read (book->store, is_due, &due, error))
    return FALSE;
  return !due || tst_store_write (book->store, sweep_in_store, NULL, error);
}
