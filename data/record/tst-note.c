/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/tst-note.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"

#include <sodium.h>
#include <string.h>

#define MAX_NOTE_SIZE (1024 * 1024)
#define MAX_SIGNATURES 100
#define ED25519_LINE_BYTES (4 + TST_SIGNATURE_SIZE)
#define EM_DASH "\xe2\x80\x94"

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE, "This signed note is not valid: %s. It was not used.", why);
  return FALSE;
}

/* What may stand in a note at all: UTF-8 without control characters other than line ends. */
static gboolean
text_is_allowed (const char *text, gsize size)
{
  if (!g_utf8_validate_len (text, size, NULL))
    return FALSE;
  for (gsize i = 0; i < size; i++)
    if ((guchar) text[i] < 0x20 && text[i] != '\n')
      return FALSE;
  return TRUE;
}

/* Finds where the signature lines begin; the text is all before, less the blank line's newline. */
static gboolean
split_note (GBytes *note, const char **data, gsize *text_size, const char **lines, const char **end, GError **error)
{
  gsize size;

  *data = g_bytes_get_data (note, &size);
  if (size < 4 || size > MAX_NOTE_SIZE || !text_is_allowed (*data, size) || (*data)[size - 1] != '\n')
    return refuse (error, "it is damaged or not a note");
  for (gsize at = size - 1; at > 0; at--)
    if ((*data)[at] == '\n' && (*data)[at - 1] == '\n')
      {
        *text_size = at;
        *lines = *data + at + 1;
        *end = *data + size;
        if (*lines == *end)
          break;
        return TRUE;
      }
  return refuse (error, "it has no signature");
}

typedef struct
{
  const char *name;
  gsize name_length;
  guint32 key_id;
  guint8 *signature; /* what follows the key id */
  gsize signature_size;
} SignatureLine;

/* Reads one line at *@at, moving past it. @buffer must have room for the rest of the note. */
static gboolean
next_signature (const char **at, const char *end, guint8 *buffer, gsize buffer_size, SignatureLine *line)
{
  const char *newline = memchr (*at, '\n', end - *at);
  const char *base64;
  gsize size = 0;

  if (newline == NULL || newline - *at < 4 || memcmp (*at, EM_DASH " ", 4) != 0)
    return FALSE;
  line->name = *at + 4;
  base64 = memchr (line->name, ' ', newline - line->name);
  if (base64 == NULL || base64 == line->name)
    return FALSE;
  line->name_length = base64 - line->name;
  base64++;
  if (!tst_base64_decode_into (base64, newline - base64, TRUE, buffer, buffer_size, &size) || size < 5)
    return FALSE;
  line->key_id = (guint32) buffer[0] << 24 | (guint32) buffer[1] << 16 | (guint32) buffer[2] << 8 | buffer[3];
  line->signature = buffer + 4;
  line->signature_size = size - 4;
  *at = newline + 1;
  return TRUE;
}

static void
append_signature (GString *out, const char *text, gsize size, TstSigningKey *key)
{
  guint8 line[ED25519_LINE_BYTES];
  guint32 id = GUINT32_TO_BE (tst_verifier_get_key_id (tst_signing_key_get_verifier (key)));
  char base64[sodium_base64_ENCODED_LEN (ED25519_LINE_BYTES, sodium_base64_VARIANT_ORIGINAL)];

  memcpy (line, &id, 4);
  tst_signing_key_sign (key, text, size, line + 4);
  sodium_bin2base64 (base64, sizeof base64, line, sizeof line, sodium_base64_VARIANT_ORIGINAL);
  g_string_append_printf (out, EM_DASH " %s %s\n", tst_signing_key_get_name (key), base64);
}

GBytes *
tst_note_sign (const char *text, TstSigningKey *key)
{
  gsize size = strlen (text);
  GString *out;

  g_assert (size > 0 && text[size - 1] == '\n' && text_is_allowed (text, size));

  out = g_string_sized_new (size + 256);
  g_string_append_len (out, text, size);
  g_string_append_c (out, '\n');
  append_signature (out, text, size, key);
  return g_string_free_to_bytes (out);
}

GBytes *
tst_note_add_signature (GBytes *note, TstSigningKey *key, GError **error)
{
  const char *data, *lines, *end;
  gsize text_size;
  g_autoptr (GString) line = g_string_new (NULL);
  GString *out;

  if (!split_note (note, &data, &text_size, &lines, &end, error))
    return NULL;
  append_signature (line, data, text_size, key);
  /* Ed25519 is deterministic: the same key again gives the same line. */
  if (memmem (lines, end - lines, line->str, line->len) != NULL)
    return g_bytes_ref (note);
  out = g_string_new_len (data, end - data);
  g_string_append_len (out, line->str, line->len);
  return g_string_free_to_bytes (out);
}

char *
tst_note_open (GBytes *note, TstVerifier *verifier, GError **error)
{
  const char *data, *at, *end;
  const char *name = tst_verifier_get_name (verifier);
  gsize text_size;
  g_autofree guint8 *buffer = NULL;
  gboolean found = FALSE;
  guint count = 0;

  if (!split_note (note, &data, &text_size, &at, &end, error))
    return NULL;
  buffer = g_malloc (end - at);
  while (at < end)
    {
      SignatureLine line;

      if (++count > MAX_SIGNATURES || !next_signature (&at, end, buffer, end - at, &line))
        {
          refuse (error, "a signature line is damaged");
          return NULL;
        }
      if (line.key_id != tst_verifier_get_key_id (verifier) || line.name_length != strlen (name)
          || memcmp (line.name, name, line.name_length) != 0)
        continue;
      if (line.signature_size != TST_SIGNATURE_SIZE
          || !tst_verifier_check (verifier, data, text_size, line.signature))
        {
          refuse (error, "the text does not match its signature");
          return NULL;
        }
      found = TRUE;
    }
  if (!found)
    {
      refuse (error, "it was not signed by the key that was expected");
      return NULL;
    }
  return g_strndup (data, text_size);
}

char *
tst_note_peek_text (GBytes *note, GError **error)
{
  const char *data, *lines, *end;
  gsize text_size;

  if (!split_note (note, &data, &text_size, &lines, &end, error))
    return NULL;
  return g_strndup (data, text_size);
}
