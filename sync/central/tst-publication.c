/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-moderation-private.h"

#include "base/tst-error.h"
#include "media/tst-picture.h"
#include "model/tst-personal-data.h"
#include "model/tst-provisional-number.h"
#include "record/tst-body.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#ifndef TST_LIBEXECDIR
#define TST_LIBEXECDIR "/usr/libexec/testigo"
#endif

/* What an acceptance shows of the content, member by member: what is not named here is not published. */
static const char *const shown_evidence[] = { "type", "event", "work", "phase", "item", "caption", "alt", "text", "width", "height",
                                              "orientation", "taken_at", "taken_at_source",
                                              /* of a visit (data/journal/README.md) */
                                              "viewpoint", "need", "name", "heading_deg", "heading_north", "photo", "programmed_pct", "observed_pct",
                                              "financial_pct", "deviation_pts", "cause", "more_causes", "cause_text", "form", "answers",
                                              "responsible", "due_on", "commitment", "status", "stream", "moment", "target", "offset_ms",
                                              "error_ms", "broken", "duration_ms",
                                              /* of who had the word */
                                              "series", "turn", "rank", "topic", "label", "actor", "speaker", "outcome", "used_ms",
                                              "used_source", "limit_s", NULL };
static const char *const shown_contribution[] = { "type", "event", "work", "class", "subject", "text", "topic", "received_at",
                                                  "due_on", "provisional_number", NULL };
static const char *const shown_place[] = { "lat", "lon", "accuracy_m", "source", "heading_deg", "heading_north", "declination_deg", NULL };

char *
tst_moderation_canonical_number (const char *number, GError **error)
{
  char *canonical = number ? tst_provisional_number_parse (number) : NULL;

  if (!canonical)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                         "That is not a contribution's number: its check symbol does not fit. Compare it with the receipt.");
  return canonical;
}

char *
tst_publication_find_worker (void)
{
  const char *from_environment = g_getenv ("TESTIGO_DERIVE");
  static const char *const beside[] = { "testigo-derive", "../libexec/testigo/testigo-derive", "../libexec/testigo-derive",
                                        "../data/media/testigo-derive", "../app/testigo-derive", "../data/testigo-derive" };

  if (from_environment && *from_environment)
    return g_strdup (from_environment);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self ? g_path_get_dirname (self) : NULL;
  for (guint i = 0; folder && i < G_N_ELEMENTS (beside); i++)
    {
      g_autofree char *path = g_build_filename (folder, beside[i], NULL);

      if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }
  g_autofree char *installed = g_build_filename (TST_LIBEXECDIR, "testigo-derive", NULL);
  return g_file_test (installed, G_FILE_TEST_IS_EXECUTABLE) ? g_steal_pointer (&installed) : NULL;
}

static JsonObject *
pick (JsonObject *from, const char *const *names)
{
  JsonObject *picked = json_object_new ();

  for (guint i = 0; names[i]; i++)
    if (json_object_has_member (from, names[i]))
      json_object_set_member (picked, names[i], json_node_copy (json_object_get_member (from, names[i])));
  return picked;
}

static gboolean
is_empty (JsonNode *node)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
         && *json_node_get_string (node) == '\0';
}

/* Did an amendment take something back, or only add to it? What was put right must not come out with the body. */
static gboolean
was_corrected (JsonObject *body, JsonObject *content)
{
  JsonObjectIter iter;
  const char *name = NULL;
  JsonNode *node = NULL;

  json_object_iter_init (&iter, body);
  while (json_object_iter_next (&iter, &name, &node))
    {
      JsonNode *now = NULL;

      if (g_str_equal (name, "testigo") || g_str_equal (name, "salt") || g_str_equal (name, "pad") || is_empty (node))
        continue;
      now = json_object_has_member (content, name) ? json_object_get_member (content, name) : NULL;
      if (!now || !json_node_equal (node, now))
        return TRUE;
    }
  return FALSE;
}

/* No public form of it is made: its voices and faces would have to be looked through first, and its decoder fenced in. */
static gboolean
is_recording (const char *type)
{
  return type != NULL && (g_str_has_prefix (type, "video/") || g_str_has_prefix (type, "audio/"));
}

JsonObject *
tst_publication_shown (const TstModerationItem *item)
{
  JsonObject *content = item->content;
  gboolean is_contribution = g_str_equal (item->kind, "contribution");
  JsonObject *shown = pick (content, is_contribution ? shown_contribution : shown_evidence);
  JsonObject *place = tst_json_object (content, "place");
  JsonObject *author = tst_json_object (content, "author");

  if (item->event_title)
    json_object_set_string_member (shown, "event_title", item->event_title);
  if (is_contribution)
    return shown;
  if (place)
    json_object_set_object_member (shown, "place", pick (place, shown_place));
  /* The role, never the name. */
  if (author && tst_json_string (author, "role"))
    json_object_set_string_member (shown, "author_role", tst_json_string (author, "role"));
  if (item->media->len > 0)
    {
      g_autoptr (GPtrArray) refs = tst_body_get_media (item->body, NULL);
      const TstPartRef *first = refs && refs->len > 0 ? g_ptr_array_index (refs, 0) : NULL;

      if (first && first->origin)
        json_object_set_string_member (shown, "origin", first->origin);
      if (first && first->type)
        json_object_set_string_member (shown, "media_type", first->type);
      /* All that is told of a film or a voice note besides its words and its length: whoever is given the file can compare it. */
      if (first && is_recording (first->type))
        {
          g_autofree char *hex = tst_hash_to_hex (&first->sha256);

          json_object_set_string_member (shown, "original_sha256", hex);
          json_object_set_int_member (shown, "original_bytes", (gint64) first->bytes);
        }
    }
  return shown;
}

/* In the sandbox, from the original. (element-type TstDerivative) */
static GPtrArray *
derive (TstModeration *self, const TstModerationMedium *medium, const TstCover *covers, guint n_covers, TstDeriveFormats formats,
        GCancellable *cancellable, GError **error)
{
  g_autofree char *path = tst_media_store_path (tst_central_get_media (self->central), &medium->sha256);
  g_autoptr (GError) failed = NULL;
  GPtrArray *made = NULL;
  int fd = -1;

  if (!self->worker)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED,
                           "The program testigo-derive, which makes the public pictures, is not installed beside this one; set "
                           "TESTIGO_DERIVE to its path. The item stays pending.");
      return NULL;
    }
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_MISSING_CONTENT,
                   "The original cannot be read from the media folder (%s); run \"verify\".", g_strerror (errno));
      return NULL;
    }
  made = tst_derive_covered_in_sandbox (self->worker, fd, covers, n_covers, formats, cancellable, &failed);
  close (fd);
  if (made)
    return made;
  /* One picture's trouble is not the disk's: the batch goes on. */
  if (failed->domain == TST_ERROR && failed->code != TST_ERROR_IO && failed->code != TST_ERROR_NO_SPACE)
    g_propagate_error (error, g_steal_pointer (&failed));
  else
    g_set_error (error, TST_ERROR, TST_ERROR_FAILED, "The public picture could not be made: %s", failed->message);
  return NULL;
}

/* Kept, durable, before the record that names them. */
static gboolean
keep (TstModeration *self, GPtrArray *made, JsonArray *derivatives, GError **error)
{
  for (guint i = 0; i < made->len; i++)
    {
      const TstDerivative *one = g_ptr_array_index (made, i);
      JsonObject *row = json_object_new ();
      TstMediaRef ref = { 0 };

      json_array_add_object_element (derivatives, row);
      if (!tst_media_store_put_bytes (tst_central_get_media (self->central), one->bytes, &ref, error))
        return FALSE;
      g_autofree char *hex = tst_hash_to_hex (&ref.sha256);
      json_object_set_string_member (row, "sha256", hex);
      json_object_set_int_member (row, "width", one->width);
      json_object_set_int_member (row, "height", one->height);
      json_object_set_int_member (row, "bytes", (gint64) ref.bytes);
      json_object_set_string_member (row, "type", tst_image_type_mime (one->type));
    }
  return TRUE;
}

GPtrArray *
tst_publication_preview (TstModeration *self, const TstModerationItem *item, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < item->media->len; i++)
    {
      const TstModerationMedium *medium = g_ptr_array_index (item->media, i);

      if (medium->held && tst_image_type_from_mime (medium->type) != TST_IMAGE_NONE)
        return derive (self, medium, NULL, 0, TST_DERIVE_JPEG_ONLY, cancellable, error);
    }
  g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "The item has no picture here.");
  return NULL;
}

static void
put_covers (JsonObject *content, const TstDecision *decision)
{
  JsonArray *covers = json_array_new ();

  for (guint i = 0; i < decision->n_covers; i++)
    {
      JsonArray *one = json_array_new ();

      json_array_add_int_element (one, decision->covers[i].x);
      json_array_add_int_element (one, decision->covers[i].y);
      json_array_add_int_element (one, decision->covers[i].width);
      json_array_add_int_element (one, decision->covers[i].height);
      json_array_add_array_element (covers, one);
    }
  json_object_set_array_member (content, "covers", covers);
}

/* Puts the covered texts in place of those that would be shown; *@changed: one of them differs. */
static gboolean
cover_texts (JsonObject *shown, JsonObject *texts, gboolean *changed, GError **error)
{
  g_autoptr (GList) names = texts ? json_object_get_members (texts) : NULL;

  for (GList *l = names; l; l = l->next)
    {
      const char *name = l->data;
      const char *original = tst_json_string (shown, name);
      const char *edited = tst_json_string (texts, name);
      g_autofree char *covered = original && edited ? tst_text_covered (original, edited) : NULL;

      if (!covered)
        {
          g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                       "The text \"%s\" was changed. What people wrote may be covered in part, and nothing else.", name);
          return FALSE;
        }
      *changed = *changed || !g_str_equal (original, covered);
      json_object_set_string_member (shown, name, covered);
    }
  return TRUE;
}

gboolean
tst_publication_describe (TstModeration *self, const TstModerationItem *item, const TstDecision *decision, JsonObject *content,
                          GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) shown = tst_publication_shown (item);
  gboolean redacted = decision->redacted || decision->n_covers > 0;
  JsonObject *author = tst_json_object (item->body, "author");
  JsonArray *derivatives = json_array_new ();
  const char *why = NULL;

  json_object_set_array_member (content, "derivatives", derivatives);
  for (guint i = 0; i < item->media->len; i++)
    {
      const TstModerationMedium *medium = g_ptr_array_index (item->media, i);

      /* What a citizen said and showed stays sealed, whatever becomes of the words. */
      if (g_str_equal (item->kind, "contribution"))
        continue;
      if (is_recording (medium->type))
        continue;
      if (tst_image_type_from_mime (medium->type) == TST_IMAGE_NONE)
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_AN_IMAGE,
                               "Only pictures, films and sound can be published; this file is of another kind. The item stays pending.");
          return FALSE;
        }
      if (json_array_get_length (derivatives) == 0)
        {
          g_autoptr (GPtrArray) made = derive (self, medium, decision->covers, decision->n_covers, TST_DERIVE_JPEG_AND_WEBP,
                                                cancellable, error);

          if (!made || !keep (self, made, derivatives, error))
            return FALSE;
        }
    }
  if (decision->n_covers > 0 && json_array_get_length (derivatives) == 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_AN_IMAGE, "The item has no picture of which something could be covered.");
      return FALSE;
    }
  if (decision->n_covers > 0)
    put_covers (content, decision);
  if (!cover_texts (shown, decision->texts, &redacted, error))
    return FALSE;

  /* Who of the staff did it is internal: a body that names a person is not revealed, only what it says. */
  if (author && tst_json_string (author, "name") && *tst_json_string (author, "name"))
    why = "nombra_autor";
  else if (was_corrected (item->body, item->content))
    why = "corregido";
  json_object_set_boolean_member (content, "redacted", redacted || why);
  if (why && !tst_json_string (content, "reason"))
    json_object_set_string_member (content, "reason", why);
  else if (redacted && !tst_json_string (content, "reason"))
    json_object_set_string_member (content, "reason", decision->n_covers > 0 ? "persona_identificable" : "datos_personales");
  json_object_set_object_member (content, "shown", g_steal_pointer (&shown));
  return TRUE;
}
