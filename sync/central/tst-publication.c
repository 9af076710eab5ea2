/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-moderation-private.h"

#include "base/tst-error.h"
#include "media/tst-picture.h"
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
                                              "viewpoint", "need", "name", "heading_deg", "photo", "programmed_pct", "observed_pct",
                                              "financial_pct", "deviation_pts", "cause", "more_causes", "cause_text", "form", "answers",
                                              "responsible", "due_on", "commitment", "status", "stream", "moment", "target", "offset_ms",
                                              "error_ms", "broken", "duration_ms", NULL };
static const char *const shown_contribution[] = { "type", "event", "work", "class", "subject", "text", "topic", "received_at",
                                                  "due_on", "provisional_number", NULL };
static const char *const shown_place[] = { "lat", "lon", "accuracy_m", "source", "heading_deg", NULL };

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
    }
  return shown;
}

static gboolean
derive (TstModeration *self, const TstModerationMedium *medium, JsonArray *derivatives, GCancellable *cancellable,
        GError **error)
{
  TstMediaStore *media = tst_central_get_media (self->central);
  g_autofree char *path = tst_media_store_path (media, &medium->sha256);
  g_autoptr (GPtrArray) made = NULL;
  g_autoptr (GError) failed = NULL;
  int fd = -1;

  if (!self->worker)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED,
                           "The program testigo-derive, which makes the public pictures, is not installed beside this one; set "
                           "TESTIGO_DERIVE to its path. The item stays pending.");
      return FALSE;
    }
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_MISSING_CONTENT,
                   "The original cannot be read from the media folder (%s); run \"verify\".", g_strerror (errno));
      return FALSE;
    }
  made = tst_derive_in_sandbox (self->worker, fd, cancellable, &failed);
  close (fd);
  if (!made)
    {
      /* One picture's trouble is not the disk's: the batch goes on. */
      if (failed->domain == TST_ERROR && failed->code != TST_ERROR_IO && failed->code != TST_ERROR_NO_SPACE)
        g_propagate_error (error, g_steal_pointer (&failed));
      else
        g_set_error (error, TST_ERROR, TST_ERROR_FAILED, "The public picture could not be made: %s", failed->message);
      return FALSE;
    }
  for (guint i = 0; i < made->len; i++)
    {
      const TstDerivative *one = g_ptr_array_index (made, i);
      JsonObject *row = json_object_new ();
      TstMediaRef ref = { 0 };

      json_array_add_object_element (derivatives, row);
      if (!tst_media_store_put_bytes (media, one->jpeg, &ref, error))
        return FALSE;
      g_autofree char *hex = tst_hash_to_hex (&ref.sha256);
      json_object_set_string_member (row, "sha256", hex);
      json_object_set_int_member (row, "width", one->width);
      json_object_set_int_member (row, "height", one->height);
      json_object_set_int_member (row, "bytes", (gint64) ref.bytes);
    }
  return TRUE;
}

gboolean
tst_publication_describe (TstModeration *self, const TstModerationItem *item, gboolean redacted, JsonObject *content,
                          GCancellable *cancellable, GError **error)
{
  JsonObject *author = tst_json_object (item->body, "author");
  JsonArray *derivatives = json_array_new ();
  const char *why = NULL;

  json_object_set_array_member (content, "derivatives", derivatives);
  for (guint i = 0; i < item->media->len; i++)
    {
      const TstModerationMedium *medium = g_ptr_array_index (item->media, i);

      if (tst_image_type_from_mime (medium->type) == TST_IMAGE_NONE)
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_AN_IMAGE,
                               "Only pictures can be published so far; this file is of another kind. The item stays pending.");
          return FALSE;
        }
      if (json_array_get_length (derivatives) == 0 && !derive (self, medium, derivatives, cancellable, error))
        return FALSE;
    }

  /* Who of the staff did it is internal: a body that names a person is not revealed, only what it says. */
  if (author && tst_json_string (author, "name") && *tst_json_string (author, "name"))
    why = "nombra_autor";
  else if (was_corrected (item->body, item->content))
    why = "corregido";
  json_object_set_boolean_member (content, "redacted", redacted || why);
  if (why && !tst_json_string (content, "reason"))
    json_object_set_string_member (content, "reason", why);
  json_object_set_object_member (content, "shown", tst_publication_shown (item));
  return TRUE;
}
