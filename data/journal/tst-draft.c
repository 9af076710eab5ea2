/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-journal-private.h"

#include "base/tst-codec.h"
#include "seal/tst-age.h"

#include <string.h>

char *
tst_hour_text (gint64 seconds)
{
  return tst_time_format (seconds - ((seconds % TST_HOUR) + TST_HOUR) % TST_HOUR);
}

char *
tst_time_format_ms (gint64 microseconds)
{
  gint64 seconds = microseconds / G_USEC_PER_SEC;
  gint64 rest = microseconds % G_USEC_PER_SEC;
  g_autofree char *text = NULL;

  if (rest < 0)
    {
      seconds--;
      rest += G_USEC_PER_SEC;
    }
  text = tst_time_format (seconds);
  return g_strdup_printf ("%.19s.%03dZ", text, (int) (rest / 1000));
}

gboolean
tst_json_check_members (JsonObject *object, const char *const *known, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (object);

  for (GList *l = names; l != NULL; l = l->next)
    if (!g_strv_contains (known, l->data))
      {
        g_set_error (error, TST_ERROR, TST_ERROR_UNKNOWN_FIELD,
                     "There is no field «%s» here. Nothing was saved; take it out or correct its name.", (char *) l->data);
        return FALSE;
      }
  return TRUE;
}

TstDraft *
tst_draft_new (TstFieldBook *self, TstChain chain, TstKind kind, const char *type)
{
  TstDraft *draft = g_new0 (TstDraft, 1);

  draft->chain = chain;
  draft->kind = kind;
  draft->type = g_strdup (type);
  draft->id = tst_uuid_new ();
  draft->content = json_object_new ();
  draft->media = json_array_new ();
  draft->sealed = json_array_new ();
  draft->parts = g_ptr_array_new ();
  tst_clock_now (self->clock, &draft->time);
  json_object_set_string_member (draft->content, "type", type);
  json_object_set_string_member (draft->content, "id", draft->id);
  if (chain == TST_CHAIN_FIELD)
    {
      g_autofree char *time = tst_time_format_ms (draft->time.utc_us);
      JsonObject *author = json_object_new ();

      g_mutex_lock (&self->mutex);
      draft->author_id = g_strdup (self->author_id);
      draft->author_name = g_strdup (self->author_name);
      draft->author_role = g_strdup (self->author_role);
      g_mutex_unlock (&self->mutex);
      json_object_set_string_member (author, "id", draft->author_id != NULL ? draft->author_id : "device");
      /* The name stands in the "staff" record alone: this body is revealed when what it says is published. */
      if (draft->author_role != NULL)
        json_object_set_string_member (author, "role", draft->author_role);
      json_object_set_object_member (draft->content, "author", author);
      json_object_set_string_member (draft->content, "time", time);
      json_object_set_string_member (draft->content, "boot", draft->time.boot_id);
      json_object_set_int_member (draft->content, "mono_ms", draft->time.mono_us / 1000);
    }
  else
    {
      draft->local = json_object_new ();
      json_object_set_string_member (draft->local, "type", type);
    }
  return draft;
}

static void
part_free (TstSealedPart *part)
{
  g_bytes_unref (part->bytes);
  g_free (part);
}

void
tst_draft_free (TstDraft *self)
{
  g_free (self->type);
  g_free (self->id);
  json_object_unref (self->content);
  g_clear_pointer (&self->media, json_array_unref);
  g_clear_pointer (&self->sealed, json_array_unref);
  g_ptr_array_set_free_func (self->parts, (GDestroyNotify) part_free);
  g_ptr_array_unref (self->parts);
  g_free (self->event);
  g_free (self->work);
  g_free (self->target);
  g_clear_pointer (&self->local, json_object_unref);
  g_clear_pointer (&self->key, tst_signing_key_unref);
  g_free (self->author_id);
  g_free (self->author_name);
  g_free (self->author_role);
  g_clear_pointer (&self->body, json_object_unref);
  /* What a citizen wrote does not stay in memory once it is sealed. */
  if (self->chain == TST_CHAIN_OPEN && self->clear != NULL)
    tst_age_wipe (g_steal_pointer (&self->clear));
  g_clear_pointer (&self->clear, g_bytes_unref);
  g_clear_pointer (&self->stored, g_bytes_unref);
  g_clear_pointer (&self->working, g_bytes_unref);
  g_clear_pointer (&self->envelope, tst_envelope_unref);
  g_free (self);
}

void
tst_draft_set_string (TstDraft *self, const char *name, const char *value)
{
  /* File names may be in any encoding; what goes into a body is UTF-8. */
  g_autofree char *valid = value != NULL ? g_utf8_make_valid (value, -1) : NULL;

  if (valid != NULL && *valid != '\0')
    json_object_set_string_member (self->content, name, valid);
}

void
tst_draft_set_event (TstDraft *self, const char *event)
{
  g_free (self->event);
  self->event = g_strdup (event);
  tst_draft_set_string (self, "event", event);
  if (self->local != NULL && event != NULL)
    json_object_set_string_member (self->local, "event", event);
}

void
tst_draft_set_work (TstDraft *self, const char *work)
{
  g_free (self->work);
  self->work = work != NULL && *work != '\0' ? g_strdup (work) : NULL;
  tst_draft_set_string (self, "work", work);
}

void
tst_draft_add_medium (TstDraft *self, const TstMediaRef *ref, const char *type, const char *origin, const char *role)
{
  g_autofree char *hex = tst_hash_to_hex (&ref->sha256);
  JsonObject *entry = json_object_new ();

  json_object_set_string_member (entry, "sha256", hex);
  json_object_set_int_member (entry, "bytes", ref->bytes);
  json_object_set_string_member (entry, "type", type);
  json_object_set_string_member (entry, "origin", origin);
  json_object_set_string_member (entry, "role", role);
  json_array_add_object_element (self->media, entry);
}

/* The plain text with spaces in "pad" up to @class, or up to the size class that holds it. */
static GBytes *
pad_plain (JsonObject *plain, gsize least, gboolean fixed, GError **error)
{
  g_autofree char *json = NULL;
  gsize length, total;
  char *padded;

  json_object_set_string_member (plain, "pad", "");
  json = tst_json_write (plain);
  length = strlen (json);
  g_assert (g_str_has_suffix (json, "\"pad\":\"\"}"));
  if ((fixed && length > least) || length > TST_BODY_MAX_SIZE / 2)
    {
      memset (json, 0, length);
      g_set_error_literal (error, TST_ERROR, TST_ERROR_TOO_LARGE,
                           "What was written here is too long. Nothing was saved; shorten it and try again.");
      return NULL;
    }
  total = MAX (least, tst_size_class (length));
  padded = g_malloc (total);
  memcpy (padded, json, length - 2);
  memset (padded + length - 2, ' ', total - length);
  memcpy (padded + total - 2, "\"}", 2);
  memset (json, 0, length);
  return g_bytes_new_take (padded, total);
}

gboolean
tst_draft_add_sealed (TstDraft *self, const TstTownKeys *town, JsonObject *plain, const char *what, gboolean fixed,
                      GError **error)
{
  const char *recipients[] = { town->officer, town->escrow, NULL };
  g_autoptr (GBytes) sealed = NULL;
  g_autofree char *hex = NULL;
  GBytes *padded = pad_plain (plain, TST_SEALED_PART_SIZE, fixed, error);
  JsonObject *entry;
  TstSealedPart *part;

  if (padded == NULL)
    return FALSE;
  sealed = tst_age_seal (padded, recipients, error);
  tst_age_wipe (padded);
  if (sealed == NULL)
    return FALSE;

  part = g_new0 (TstSealedPart, 1);
  part->sha256 = tst_hash_bytes (sealed);
  part->bytes = g_bytes_ref (sealed);
  g_ptr_array_add (self->parts, part);
  hex = tst_hash_to_hex (&part->sha256);
  entry = json_object_new ();
  json_object_set_string_member (entry, "sha256", hex);
  json_object_set_int_member (entry, "bytes", g_bytes_get_size (sealed));
  json_object_set_string_member (entry, "for", "officer");
  json_object_set_string_member (entry, "what", what);
  json_array_add_object_element (self->sealed, entry);
  return TRUE;
}

gboolean
tst_draft_seal (TstDraft *self, TstFieldBook *book, GError **error)
{
  if (json_array_get_length (self->media) > 0)
    json_object_set_array_member (self->content, "media", g_steal_pointer (&self->media));
  if (json_array_get_length (self->sealed) > 0)
    json_object_set_array_member (self->content, "sealed", g_steal_pointer (&self->sealed));
  self->clear = tst_body_write (self->content, 0);
  if (self->clear == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_TOO_LARGE,
                           "What was written here is too long. Nothing was saved; shorten it and try again.");
      return FALSE;
    }
  self->body_hash = tst_hash_bytes (self->clear);
  if (self->chain == TST_CHAIN_FIELD)
    {
      self->stored = g_bytes_ref (self->clear);
      self->body = tst_body_parse (self->clear, error);
      return self->body != NULL;
    }
  else
    {
      g_autoptr (TstTownKeys) town = NULL;
      const char *recipients[2] = { NULL, NULL };

      if (!tst_field_book_require_town (book, &town, error))
        return FALSE;
      recipients[0] = town->intake;
      self->stored = tst_age_seal (self->clear, recipients, error);
      self->body_sealed = TRUE;
      return self->stored != NULL;
    }
}

gint64
tst_draft_get_hour (const TstDraft *self)
{
  gint64 seconds = self->time.utc_us / G_USEC_PER_SEC;

  return seconds - ((seconds % TST_HOUR) + TST_HOUR) % TST_HOUR;
}
