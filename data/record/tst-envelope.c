/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/tst-envelope.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "record/tst-note.h"

#include <sodium.h>
#include <string.h>

#define DEVICE_NAME_LENGTH 74 /* "testigo/d/" and 64 digits */
#define UUID_LENGTH 36
#define TIME_LENGTH 20
#define HASH_BASE64_LENGTH 44
#define SIGNATURE_BYTES (4 + TST_SIGNATURE_SIZE)
#define SIGNATURE_BASE64_LENGTH 92
#define MAX_ORIGIN_LENGTH 255
#define EM_DASH "\xe2\x80\x94"

/* The largest integer that every JSON reader holds exactly. */
#define MAX_NUMBER (G_GUINT64_CONSTANT (1) << 53)

static const char *const chain_names[] = {
  [TST_CHAIN_FIELD] = "field",
  [TST_CHAIN_OPEN] = "open",
  [TST_CHAIN_CENTRAL] = "central",
};

static const char *const kind_names[] = {
  [TST_KIND_EVIDENCE] = "evidence", [TST_KIND_ATTENDANCE] = "attendance", [TST_KIND_CONTRIBUTION] = "contribution",
  [TST_KIND_SURVEY] = "survey",     [TST_KIND_EVENT] = "event",           [TST_KIND_DECISION] = "decision",
  [TST_KIND_SYSTEM] = "system",
};

struct _TstEnvelope
{
  gatomicrefcount refs;
  GBytes *note;
  gsize text_size;
  TstHash text_hash;
  guint8 signature[SIGNATURE_BYTES]; /* key id, signature */
  TstEnvelopeFields fields;
  char device[DEVICE_NAME_LENGTH + 1];
  char id[UUID_LENGTH + 1];
  char origin[MAX_ORIGIN_LENGTH + 1];
};

const char *
tst_chain_name (TstChain chain)
{
  g_return_val_if_fail (chain < G_N_ELEMENTS (chain_names), NULL);
  return chain_names[chain];
}

gboolean
tst_chain_parse (const char *name, TstChain *chain)
{
  for (guint i = 0; i < G_N_ELEMENTS (chain_names); i++)
    if (g_strcmp0 (name, chain_names[i]) == 0)
      {
        *chain = (TstChain) i;
        return TRUE;
      }
  return FALSE;
}

const char *
tst_kind_name (TstKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kind_names), NULL);
  return kind_names[kind];
}

gboolean
tst_kind_parse (const char *name, TstKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kind_names); i++)
    if (g_strcmp0 (name, kind_names[i]) == 0)
      {
        *kind = (TstKind) i;
        return TRUE;
      }
  return FALSE;
}

gboolean
tst_origin_is_valid (const char *origin)
{
  gsize length = origin != NULL ? strlen (origin) : 0;

  if (length == 0 || length > MAX_ORIGIN_LENGTH)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (origin[i]) && strchr ("-._~:/", origin[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* The rules between the fields that signing and reading share. */
static gboolean
fields_agree (const TstEnvelopeFields *fields)
{
  if (fields->seq == 0 || fields->seq > MAX_NUMBER || (fields->seq == 1) != tst_hash_is_zero (&fields->prev))
    return FALSE;
  if (!tst_uuid_is_valid (fields->id) || fields->utc_s < 0)
    return FALSE;
  /* Nothing on the open chain may tell a finer time: not the clock, and not an id made from one. */
  if (fields->chain == TST_CHAIN_OPEN && (fields->utc_s % 3600 != 0 || fields->id[14] != '4'))
    return FALSE;
  return fields->anchor_origin == NULL
         || (tst_origin_is_valid (fields->anchor_origin) && fields->anchor_size <= MAX_NUMBER);
}

/* --- writing --- */

static void
append_hash (GString *out, const TstHash *hash)
{
  char base64[HASH_BASE64_LENGTH + 1];

  sodium_bin2base64 (base64, sizeof base64, hash->bytes, TST_HASH_SIZE, sodium_base64_VARIANT_ORIGINAL);
  g_string_append_len (out, base64, HASH_BASE64_LENGTH);
}

TstEnvelope *
tst_envelope_sign (const TstEnvelopeFields *fields, TstSigningKey *key)
{
  g_autofree char *device
    = tst_device_name_for_key (tst_verifier_get_public_key (tst_signing_key_get_verifier (key)));
  g_autoptr (GString) text = g_string_sized_new (1024);
  g_autofree char *time = tst_time_format (fields->utc_s);
  g_autoptr (GBytes) note = NULL;
  g_autoptr (GError) error = NULL;
  TstEnvelope *self;

  g_assert (fields_agree (fields));
  g_assert (strcmp (device, tst_signing_key_get_name (key)) == 0);

  g_string_append_printf (text, "{\"testigo\":1,\"device\":\"%s\",\"chain\":\"%s\",\"seq\":%" G_GUINT64_FORMAT ",\"prev\":\"",
                          device, tst_chain_name (fields->chain), fields->seq);
  append_hash (text, &fields->prev);
  g_string_append_printf (text,
                          "\",\"id\":\"%s\",\"kind\":\"%s\",\"time\":{\"utc\":\"%s\",\"source\":\"%s\","
                          "\"uncertainty_s\":%u},",
                          fields->id, tst_kind_name (fields->kind), time,
                          tst_time_source_name (fields->time_source), fields->uncertainty_s);
  if (fields->anchor_origin != NULL)
    {
      g_string_append_printf (text, "\"anchor\":{\"origin\":\"%s\",\"size\":%" G_GUINT64_FORMAT ",\"root\":\"",
                              fields->anchor_origin, fields->anchor_size);
      append_hash (text, &fields->anchor_root);
      g_string_append (text, "\"},");
    }
  g_string_append (text, "\"body\":\"");
  append_hash (text, &fields->body);
  g_string_append (text, "\"}\n");

  note = tst_note_sign (text->str, key);
  self = tst_envelope_parse (note, &error);
  g_assert_no_error (error); /* what we write is what we read, or we must not keep it */
  return self;
}

/* --- reading: a cursor that takes exactly one spelling --- */

typedef struct
{
  const char *at;
  const char *end;
} Cursor;

static gboolean
take_n (Cursor *cursor, const char *literal, gsize size)
{
  if ((gsize) (cursor->end - cursor->at) < size || memcmp (cursor->at, literal, size) != 0)
    return FALSE;
  cursor->at += size;
  return TRUE;
}

#define take(cursor, literal) take_n (cursor, "" literal, sizeof literal - 1)

/* Decimal, no sign, no leading zero, at most @max. */
static gboolean
take_number (Cursor *cursor, guint64 max, guint64 *number)
{
  const char *start = cursor->at;
  guint64 value = 0;

  while (cursor->at < cursor->end && g_ascii_isdigit (*cursor->at))
    {
      value = value * 10 + (guint64) (*cursor->at - '0');
      if (value > max)
        return FALSE;
      cursor->at++;
    }
  if (cursor->at == start || (*start == '0' && cursor->at - start > 1))
    return FALSE;
  *number = value;
  return TRUE;
}

/* What stands before the next quotation mark, into @out with a NUL; @room counts the NUL. */
static gboolean
take_string (Cursor *cursor, char *out, gsize room)
{
  gsize left = cursor->end - cursor->at;
  const char *quote = memchr (cursor->at, '"', MIN (left, room));

  if (quote == NULL || memchr (cursor->at, '\0', quote - cursor->at) != NULL)
    return FALSE;
  memcpy (out, cursor->at, quote - cursor->at);
  out[quote - cursor->at] = '\0';
  cursor->at = quote;
  return TRUE;
}

static gboolean
take_base64 (Cursor *cursor, gsize length, guint8 *out, gsize size)
{
  gsize decoded = 0;

  if ((gsize) (cursor->end - cursor->at) < length
      || !tst_base64_decode_into (cursor->at, length, TRUE, out, size, &decoded)
      || decoded != size)
    return FALSE;
  cursor->at += length;
  return TRUE;
}

static gboolean
take_hash (Cursor *cursor, TstHash *hash)
{
  return take_base64 (cursor, HASH_BASE64_LENGTH, hash->bytes, TST_HASH_SIZE);
}

static gboolean
take_time (Cursor *cursor, TstEnvelopeFields *fields)
{
  char text[TIME_LENGTH + 1];
  char source[8];
  guint64 uncertainty;

  if (!take (cursor, ",\"time\":{\"utc\":\"") || !take_string (cursor, text, sizeof text)
      || !tst_time_parse (text, &fields->utc_s))
    return FALSE;
  if (!take (cursor, "\",\"source\":\"") || !take_string (cursor, source, sizeof source)
      || !tst_time_source_parse (source, &fields->time_source))
    return FALSE;
  if (!take (cursor, "\",\"uncertainty_s\":") || !take_number (cursor, G_MAXUINT32, &uncertainty)
      || !take (cursor, "},"))
    return FALSE;
  fields->uncertainty_s = (guint) uncertainty;
  return TRUE;
}

static gboolean
take_anchor (Cursor *cursor, TstEnvelope *self)
{
  TstEnvelopeFields *fields = &self->fields;

  if (!take (cursor, "\"anchor\":{"))
    return TRUE;
  if (!take (cursor, "\"origin\":\"") || !take_string (cursor, self->origin, sizeof self->origin)
      || !take (cursor, "\",\"size\":") || !take_number (cursor, MAX_NUMBER, &fields->anchor_size)
      || !take (cursor, ",\"root\":\"") || !take_hash (cursor, &fields->anchor_root) || !take (cursor, "\"},"))
    return FALSE;
  fields->anchor_origin = self->origin;
  return TRUE;
}

static gboolean
take_envelope (Cursor *cursor, TstEnvelope *self)
{
  TstEnvelopeFields *fields = &self->fields;
  const char *start = cursor->at;
  char name[16];

  if (!take (cursor, "{\"testigo\":1,\"device\":\"") || !take_string (cursor, self->device, sizeof self->device)
      || !tst_device_name_is_valid (self->device))
    return FALSE;
  if (!take (cursor, "\",\"chain\":\"") || !take_string (cursor, name, sizeof name)
      || !tst_chain_parse (name, &fields->chain))
    return FALSE;
  if (!take (cursor, "\",\"seq\":") || !take_number (cursor, MAX_NUMBER, &fields->seq)
      || !take (cursor, ",\"prev\":\"") || !take_hash (cursor, &fields->prev))
    return FALSE;
  if (!take (cursor, "\",\"id\":\"") || !take_string (cursor, self->id, sizeof self->id))
    return FALSE;
  fields->id = self->id;
  if (!take (cursor, "\",\"kind\":\"") || !take_string (cursor, name, sizeof name)
      || !tst_kind_parse (name, &fields->kind) || !take (cursor, "\""))
    return FALSE;
  if (!take_time (cursor, fields) || !take_anchor (cursor, self))
    return FALSE;
  if (!take (cursor, "\"body\":\"") || !take_hash (cursor, &fields->body) || !take (cursor, "\"}\n"))
    return FALSE;
  self->text_size = cursor->at - start;

  return take (cursor, "\n" EM_DASH " ") && take_n (cursor, self->device, DEVICE_NAME_LENGTH) && take (cursor, " ")
         && take_base64 (cursor, SIGNATURE_BASE64_LENGTH, self->signature, SIGNATURE_BYTES) && take (cursor, "\n")
         && cursor->at == cursor->end && fields_agree (fields);
}

TstEnvelope *
tst_envelope_parse (GBytes *note, GError **error)
{
  g_autoptr (TstEnvelope) self = g_new0 (TstEnvelope, 1);
  Cursor cursor;
  gsize size;

  g_atomic_ref_count_init (&self->refs);
  cursor.at = g_bytes_get_data (note, &size);
  cursor.end = cursor.at + size;
  if (size == 0 || size > TST_ENVELOPE_MAX_SIZE || !take_envelope (&cursor, self))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_ENVELOPE,
                           "This is not the envelope of a record. It was not taken; nothing else is affected.");
      return NULL;
    }
  self->note = g_bytes_ref (note);
  self->text_hash = tst_hash_data (g_bytes_get_data (note, NULL), self->text_size);
  return g_steal_pointer (&self);
}

gboolean
tst_envelope_verify (TstEnvelope *self, TstVerifier *verifier, GError **error)
{
  g_autofree char *device = tst_device_name_for_key (tst_verifier_get_public_key (verifier));
  guint32 id = tst_verifier_get_key_id (verifier);
  guint32 be;

  if (strcmp (device, tst_verifier_get_name (verifier)) != 0)
    {
      /* The key under another name: what counts is the name that the key gives itself. */
      g_autoptr (TstVerifier) own = tst_verifier_new (device, tst_verifier_get_public_key (verifier));

      id = tst_verifier_get_key_id (own);
    }
  be = GUINT32_TO_BE (id);
  if (strcmp (device, self->device) != 0 || memcmp (&be, self->signature, 4) != 0
      || !tst_verifier_check (verifier, g_bytes_get_data (self->note, NULL), self->text_size, self->signature + 4))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE,
                           "This record was not signed by the device that it names, or was altered afterwards. "
                           "It was not taken; nothing else is affected.");
      return FALSE;
    }
  return TRUE;
}

TstEnvelope *
tst_envelope_ref (TstEnvelope *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tst_envelope_unref (TstEnvelope *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->note, g_bytes_unref);
  g_free (self);
}

GBytes *
tst_envelope_get_note (TstEnvelope *self)
{
  return self->note;
}

const TstHash *
tst_envelope_get_text_hash (TstEnvelope *self)
{
  return &self->text_hash;
}

const char *
tst_envelope_get_device (TstEnvelope *self)
{
  return self->device;
}

const TstEnvelopeFields *
tst_envelope_get_fields (TstEnvelope *self)
{
  return &self->fields;
}
