/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-attachment.h"

#include "base/tst-error.h"
#include "media/tst-picture.h"
#include "record/tst-body.h"
#include "seal/tst-age.h"

#define QUALITY 82
#define KEPT_MAX (16u * 1024 * 1024) /* of what waits half written */

TstAttachment *
tst_attachment_new (TstAttachmentKind kind, GBytes *bytes, gint64 duration_ms)
{
  TstAttachment *self = g_new0 (TstAttachment, 1);

  self->kind = kind;
  self->bytes = bytes;
  self->duration_ms = duration_ms;
  self->count = 1;
  return self;
}

TstAttachment *
tst_attachment_ref (TstAttachment *self)
{
  g_atomic_int_inc (&self->count);
  return self;
}

void
tst_attachment_unref (TstAttachment *self)
{
  if (!g_atomic_int_dec_and_test (&self->count))
    return;
  tst_age_wipe (self->bytes);
  g_free (self->name);
  g_free (self);
}

const char *
tst_attachment_kind_name (TstAttachmentKind kind)
{
  return kind == TST_ATTACHMENT_VOICE ? "voice" : "paper";
}

const char *
tst_attachment_kind_mime (TstAttachmentKind kind)
{
  return kind == TST_ATTACHMENT_VOICE ? "audio/ogg" : "image/jpeg";
}

gboolean
tst_attachments_have_voice (GPtrArray *attachments)
{
  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    if (((TstAttachment *) attachments->pdata[i])->kind == TST_ATTACHMENT_VOICE)
      return TRUE;
  return FALSE;
}

TstAttachment *
tst_attachments_find (GPtrArray *attachments, TstAttachmentKind kind, const char *name)
{
  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    {
      TstAttachment *one = attachments->pdata[i];

      if (one->kind == kind && g_strcmp0 (one->name, name) == 0)
        return one;
    }
  return NULL;
}

gboolean
tst_attachment_check (const TstAttachment *self, GError **error)
{
  gsize size = g_bytes_get_size (self->bytes);

  if (size > (self->kind == TST_ATTACHMENT_VOICE ? TST_VOICE_MAX_BYTES : TST_PAPER_MAX_BYTES))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_TOO_LARGE, "What was attached is too large. Nothing was saved; make it shorter.");
      return FALSE;
    }
  if (size == 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "What was attached is empty. Nothing was saved; take it away.");
      return FALSE;
    }
  return TRUE;
}

gboolean
tst_attachments_check (GPtrArray *attachments, GError **error)
{
  guint n[2] = { 0, 0 };

  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    {
      const TstAttachment *one = attachments->pdata[i];

      if (!tst_attachment_check (one, error))
        return FALSE;
      if (++n[one->kind] > (one->kind == TST_ATTACHMENT_VOICE ? 1 : TST_PAPERS_MAX))
        {
          g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                       "A contribution takes one voice note and %u photos of papers. Nothing was saved; take one away.", TST_PAPERS_MAX);
          return FALSE;
        }
    }
  return TRUE;
}

JsonArray *
tst_attachments_to_json (GPtrArray *attachments)
{
  JsonArray *array = json_array_new ();
  gsize total = 0;

  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    {
      const TstAttachment *one = attachments->pdata[i];
      gsize size = 0;
      const guchar *data = g_bytes_get_data (one->bytes, &size);
      g_autofree char *base64 = NULL;
      JsonObject *entry;

      total += size;
      if (total > KEPT_MAX)
        break;
      base64 = g_base64_encode (data, size);
      entry = json_object_new ();
      json_object_set_string_member (entry, "what", tst_attachment_kind_name (one->kind));
      json_object_set_string_member (entry, "base64", base64);
      if (one->kind == TST_ATTACHMENT_VOICE)
        json_object_set_int_member (entry, "duration_ms", one->duration_ms);
      if (one->name != NULL)
        json_object_set_string_member (entry, "name", one->name);
      json_array_add_object_element (array, entry);
    }
  return array;
}

GPtrArray *
tst_attachments_from_json (JsonArray *array)
{
  GPtrArray *attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_attachment_unref);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      JsonObject *entry = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *base64 = entry != NULL ? tst_json_string (entry, "base64") : NULL;
      gsize size = 0;
      guchar *data = base64 != NULL ? g_base64_decode (base64, &size) : NULL;
      gboolean voice = entry != NULL && g_strcmp0 (tst_json_string (entry, "what"), "voice") == 0;
      TstAttachment *one;

      if (data == NULL || size == 0)
        {
          g_free (data);
          continue;
        }
      one = tst_attachment_new (voice ? TST_ATTACHMENT_VOICE : TST_ATTACHMENT_PAPER, g_bytes_new_take (data, size),
                                voice ? tst_json_int (entry, "duration_ms", 0) : 0);
      one->name = g_strdup (tst_json_string (entry, "name"));
      g_ptr_array_add (attachments, one);
    }
  return attachments;
}

GBytes *
tst_attachment_dup_clean (const TstAttachment *self, GError **error)
{
  g_autoptr (TstImageInfo) info = NULL;
  g_autoptr (TstPicture) picture = NULL;
  g_autoptr (TstPicture) small = NULL;

  if (self->kind == TST_ATTACHMENT_VOICE)
    return g_bytes_new (g_bytes_get_data (self->bytes, NULL), g_bytes_get_size (self->bytes));
  info = tst_image_info_read_bytes (self->bytes, error);
  picture = info != NULL ? tst_picture_decode (self->bytes, info->orientation, TST_PAPER_WIDTH, FALSE, error) : NULL;
  if (picture == NULL)
    return NULL;
  small = tst_picture_scale (picture, MIN (picture->width, TST_PAPER_WIDTH));
  return tst_picture_to_jpeg (small, QUALITY, error);
}
