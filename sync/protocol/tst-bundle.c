/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/tst-bundle.h"

#include "base/tst-error.h"

#include <string.h>

#define MAGIC "TESTIGO-BUNDLE-1\n"
#define MAGIC_SIZE (sizeof MAGIC - 1)
/* "sealed-body" or "part", 64 digits, a size of at most seven digits, spaces and newline, with room. */
#define HEADER_MAX 96

static void
bundle_part_free (gpointer data)
{
  TstBundlePart *part = data;

  g_bytes_unref (part->bytes);
  g_free (part);
}

static TstBundleItem *
bundle_item_new (GBytes *envelope)
{
  TstBundleItem *item = g_new0 (TstBundleItem, 1);

  item->envelope = envelope;
  item->parts = g_ptr_array_new_with_free_func (bundle_part_free);
  return item;
}

void
tst_bundle_item_free (TstBundleItem *self)
{
  if (self == NULL)
    return;
  g_bytes_unref (self->envelope);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_ptr_array_unref (self->parts);
  g_free (self);
}

/* --- writing --- */

struct _TstBundleWriter
{
  GByteArray *bytes;
};

TstBundleWriter *
tst_bundle_writer_new (void)
{
  TstBundleWriter *self = g_new0 (TstBundleWriter, 1);

  self->bytes = g_byte_array_new ();
  g_byte_array_append (self->bytes, (const guint8 *) MAGIC, MAGIC_SIZE);
  return self;
}

static void
append_frame (TstBundleWriter *self, const char *name, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  char header[HEADER_MAX];
  int length = g_snprintf (header, sizeof header, "%s %" G_GSIZE_FORMAT "\n", name, size);

  g_assert (length < (int) sizeof header);
  g_byte_array_append (self->bytes, (const guint8 *) header, length);
  if (size > 0)
    g_byte_array_append (self->bytes, data, size);
}

void
tst_bundle_writer_add_envelope (TstBundleWriter *self, GBytes *note)
{
  append_frame (self, "envelope", note);
}

void
tst_bundle_writer_add_body (TstBundleWriter *self, GBytes *body, gboolean sealed)
{
  append_frame (self, sealed ? "sealed-body" : "body", body);
}

void
tst_bundle_writer_add_part (TstBundleWriter *self, const TstHash *sha256, GBytes *bytes)
{
  g_autofree char *hex = tst_hash_to_hex (sha256);
  g_autofree char *name = g_strconcat ("part ", hex, NULL);

  append_frame (self, name, bytes);
}

gsize
tst_bundle_writer_get_size (TstBundleWriter *self)
{
  return self->bytes->len;
}

GBytes *
tst_bundle_writer_finish (TstBundleWriter *self)
{
  GByteArray *bytes = g_steal_pointer (&self->bytes);

  self->bytes = g_byte_array_new ();
  g_byte_array_append (self->bytes, (const guint8 *) MAGIC, MAGIC_SIZE);
  return g_byte_array_free_to_bytes (bytes);
}

void
tst_bundle_writer_free (TstBundleWriter *self)
{
  g_byte_array_unref (self->bytes);
  g_free (self);
}

/* --- reading --- */

typedef enum
{
  FRAME_ENVELOPE,
  FRAME_BODY,
  FRAME_SEALED_BODY,
  FRAME_PART
} FrameKind;

typedef struct
{
  FrameKind kind;
  TstHash sha256; /* of a part */
  gsize size;
} Frame;

/* Decimal, no sign, no leading zero: one value has one spelling. */
static gboolean
parse_size (const char *text, gsize *size)
{
  gsize value = 0;
  gsize length = strlen (text);

  if (length == 0 || length > 8 || (text[0] == '0' && length > 1))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      value = value * 10 + (text[i] - '0');
    }
  *size = value;
  return value <= TST_BUNDLE_MAX_BYTES;
}

/* @line holds no newline and is NUL-terminated. */
static gboolean
parse_header (char *line, Frame *frame)
{
  char *size = strchr (line, ' ');

  if (size == NULL)
    return FALSE;
  *size++ = '\0';
  if (strcmp (line, "envelope") == 0)
    frame->kind = FRAME_ENVELOPE;
  else if (strcmp (line, "body") == 0)
    frame->kind = FRAME_BODY;
  else if (strcmp (line, "sealed-body") == 0)
    frame->kind = FRAME_SEALED_BODY;
  else if (strcmp (line, "part") == 0)
    {
      char *hex = size;

      frame->kind = FRAME_PART;
      size = strchr (hex, ' ');
      if (size == NULL)
        return FALSE;
      *size++ = '\0';
      if (!tst_hash_from_hex (hex, &frame->sha256))
        return FALSE;
    }
  else
    return FALSE;
  return parse_size (size, &frame->size);
}

/* Reads the header line at *@at and moves past it. */
static gboolean
read_header (const char *data, gsize size, gsize *at, Frame *frame)
{
  char line[HEADER_MAX];
  gsize left = size - *at;
  const char *end = memchr (data + *at, '\n', MIN (left, sizeof line));
  gsize length;

  if (end == NULL)
    return FALSE;
  length = end - (data + *at);
  if (length >= sizeof line || memchr (data + *at, '\0', length) != NULL)
    return FALSE;
  memcpy (line, data + *at, length);
  line[length] = '\0';
  *at += length + 1;
  return parse_header (line, frame);
}

static gboolean
add_frame (GPtrArray *items, TstBundleItem **current, const Frame *frame, GBytes *bytes)
{
  TstBundleItem *item = *current;

  switch (frame->kind)
    {
    case FRAME_ENVELOPE:
      if (item != NULL)
        g_ptr_array_add (items, g_steal_pointer (current));
      if (items->len == TST_BUNDLE_MAX_RECORDS)
        return FALSE;
      *current = bundle_item_new (g_bytes_ref (bytes));
      return TRUE;
    case FRAME_BODY:
    case FRAME_SEALED_BODY:
      if (item == NULL || item->body != NULL)
        return FALSE;
      item->body = g_bytes_ref (bytes);
      item->body_sealed = frame->kind == FRAME_SEALED_BODY;
      return TRUE;
    case FRAME_PART:
      {
        TstBundlePart *part;

        if (item == NULL)
          return FALSE;
        part = g_new0 (TstBundlePart, 1);
        part->sha256 = frame->sha256;
        part->bytes = g_bytes_ref (bytes);
        g_ptr_array_add (item->parts, part);
        return TRUE;
      }
    default:
      g_assert_not_reached ();
    }
}

gboolean
tst_bundle_parse (GBytes *bundle, GPtrArray **items, GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (bundle, &size);
  TstBundleItem *current = NULL;
  gsize at = MAGIC_SIZE;

  *items = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_bundle_item_free);
  if (size > TST_BUNDLE_MAX_BYTES || size < MAGIC_SIZE || memcmp (data, MAGIC, MAGIC_SIZE) != 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                           size > TST_BUNDLE_MAX_BYTES ? "The bundle is over the size limit" : "This is not a bundle");
      return FALSE;
    }
  while (at < size)
    {
      Frame frame = { 0 };
      g_autoptr (GBytes) bytes = NULL;
      gsize start = at;

      if (!read_header (data, size, &at, &frame) || frame.size > size - at)
        goto broken;
      bytes = g_bytes_new_from_bytes (bundle, at, frame.size);
      at += frame.size;
      if (!add_frame (*items, &current, &frame, bytes))
        goto broken;
      continue;

    broken:
      /* The record under way may miss a part: only those before it are whole. */
      g_clear_pointer (&current, tst_bundle_item_free);
      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "The bundle breaks off or is damaged at byte %" G_GSIZE_FORMAT,
                   start);
      return FALSE;
    }
  if (current != NULL)
    g_ptr_array_add (*items, current);
  return TRUE;
}
