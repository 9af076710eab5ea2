/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-catalogue.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-own-records.h"
#include "central/tst-projection-private.h"
#include "model/tst-code-lists.h"
#include "model/tst-works-import.h"
#include "record/tst-body.h"

#include <string.h>

#define FILE_MAX (512u * 1024 * 1024)
#define EVENTS_MAX (16u * 1024 * 1024)

/* Counts belong to the import that is running: one at a time. */
static GMutex import_lock;

static gboolean
append_import (TstCentral *central, const char *type, const char *path, const char *format, const char *mime, GBytes *bytes,
               TstCatalogueCounts *counts, GError **error)
{
  g_autoptr (JsonObject) content = json_object_new ();
  g_autoptr (GMutexLocker) locker = NULL;
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_autofree char *hex = NULL;
  JsonArray *media = json_array_new ();
  JsonObject *medium = json_object_new ();
  TstMediaRef ref = { 0 };
  TstStore *store = tst_central_get_store (central);
  gboolean appended;

  json_array_add_object_element (media, medium);
  json_object_set_string_member (content, "type", type);
  json_object_set_string_member (content, "file", valid);
  json_object_set_string_member (content, "format", format);
  json_object_set_int_member (content, "rejected", counts->rejected);
  json_object_set_array_member (content, "media", media);
  if (!tst_media_store_put_bytes (tst_central_get_media (central), bytes, &ref, error))
    return FALSE;
  hex = tst_hash_to_hex (&ref.sha256);
  json_object_set_string_member (medium, "sha256", hex);
  json_object_set_int_member (medium, "bytes", (gint64) ref.bytes);
  json_object_set_string_member (medium, "type", mime);
  json_object_set_string_member (medium, "origin", "import");
  json_object_set_string_member (medium, "role", "catalogue");
  locker = g_mutex_locker_new (&import_lock);
  /* A list of works goes in by and by; the record says at once that it was brought in. */
  tst_projection_set_deferring (store, TRUE);
  appended = tst_central_append_record (central, TST_KIND_SYSTEM, content, NULL, error);
  tst_projection_set_deferring (store, FALSE);
  if (!appended || !tst_projection_run_pending (store, tst_central_get_media (central), error))
    return FALSE;
  const TstProjectionCounts *made = tst_projection_get_counts (store);
  counts->added = made->added;
  counts->updated = made->updated;
  counts->unchanged = made->unchanged;
  return TRUE;
}

/* --- works --- */

typedef struct
{
  TstCatalogueRefused refused;
  gpointer user_data;
} Listener;

static gboolean
on_accepted (const TstWork *work, guint row, gpointer user_data, GError **error)
{
  return TRUE;
}

static void
on_refused (guint row, const char *code, const char *message, gpointer user_data)
{
  Listener *listener = user_data;

  if (listener->refused)
    listener->refused (row, code, message, listener->user_data);
}

gboolean
tst_catalogue_import_works (TstCentral *central, const char *path, TstCatalogueRefused refused, gpointer user_data,
                            TstCatalogueCounts *counts, GError **error)
{
  g_autoptr (GBytes) bytes = tst_fs_read (path, FILE_MAX, error);
  Listener listener = { refused, user_data };
  const TstWorksImportFuncs funcs = { .accepted = on_accepted, .refused = on_refused };
  TstWorksImportResult result = { 0 };
  static const char *const mimes[] = { "text/csv", "text/csv", "application/geo+json", "application/json" };

  *counts = (TstCatalogueCounts) { 0 };
  if (!bytes || !tst_works_import (bytes, &funcs, &listener, &result, NULL, error))
    return FALSE;
  counts->rejected = result.refused;
  if (result.accepted == 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "Ninguna fila de ese archivo se puede tomar; nada cambió.");
      return FALSE;
    }
  return append_import (central, "works-import", path, tst_works_format_name (result.format), mimes[result.format], bytes, counts,
                        error);
}

/* --- events --- */

static void
refuse (TstCatalogueRefused refused, gpointer user_data, guint row, TstError code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (TST_ERROR, code, message);

  if (refused)
    refused (row, tst_error_code (error), message, user_data);
}

/* The event as it is kept, members in one order; NULL with the reason. */
static JsonObject *
read_event (const char *text, gsize length, TstError *code, const char **why)
{
  static const char *const known[] = { "id", "type", "title", "work", "starts", "ends", "hold_hours", NULL };
  g_autoptr (JsonObject) given = tst_json_parse_object (text, (gssize) length, NULL);
  g_autoptr (JsonObject) event = json_object_new ();
  g_autofree char *fresh = tst_uuid_new ();
  const char *id = given ? tst_json_string (given, "id") : NULL;
  gint64 starts_s = 0, ends_s = 0;
  const TstCode *type = NULL;
  g_autoptr (GList) names = given ? json_object_get_members (given) : NULL;

  *code = TST_ERROR_BAD_JSON;
  *why = "No es un objeto JSON: escriba un espacio por línea.";
  if (!given)
    return NULL;
  *code = TST_ERROR_UNKNOWN_FIELD;
  *why = "Solo se conocen id, type, title, work, starts, ends y hold_hours.";
  for (GList *l = names; l; l = l->next)
    if (!g_strv_contains (known, l->data))
      return NULL;
  *code = TST_ERROR_MISSING_FIELD;
  *why = "Faltan type, title o starts.";
  if (!tst_json_string (given, "type") || !tst_json_string (given, "title") || !*tst_json_string (given, "title")
      || !tst_json_string (given, "starts"))
    return NULL;
  *code = TST_ERROR_BAD_VALUE;
  *why = "«type» no es de la lista de espacios.";
  type = tst_code_from_text (TST_LIST_EVENT_TYPE, tst_json_string (given, "type"));
  if (!type)
    return NULL;
  *why = "«starts» y «ends» se escriben como 2026-03-27T09:00:00-05:00, y el final después del comienzo.";
  if (!tst_projection_instant (tst_json_string (given, "starts"), &starts_s)
      || (tst_json_string (given, "ends")
          && (!tst_projection_instant (tst_json_string (given, "ends"), &ends_s) || ends_s < starts_s)))
    return NULL;
  *why = "«id» debe ser un UUID.";
  if (id && !tst_uuid_is_valid (id))
    return NULL;
  json_object_set_string_member (event, "id", id ? id : fresh);
  json_object_set_string_member (event, "type", type->code);
  json_object_set_string_member (event, "title", tst_json_string (given, "title"));
  if (tst_json_string (given, "work"))
    json_object_set_string_member (event, "work", tst_json_string (given, "work"));
  g_autofree char *starts = tst_time_format (starts_s);
  json_object_set_string_member (event, "starts", starts);
  if (ends_s)
    {
      g_autofree char *ends = tst_time_format (ends_s);
      json_object_set_string_member (event, "ends", ends);
    }
  json_object_set_int_member (event, "hold_hours", CLAMP (tst_json_int (given, "hold_hours", 1), 1, 24 * 14));
  return g_steal_pointer (&event);
}

gboolean
tst_catalogue_import_events (TstCentral *central, const char *path, TstCatalogueRefused refused, gpointer user_data,
                             TstCatalogueCounts *counts, GPtrArray **events, GError **error)
{
  g_autoptr (GBytes) bytes = tst_fs_read (path, EVENTS_MAX, error);
  g_autoptr (GPtrArray) taken = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GBytes) file = NULL;
  const char *at = NULL;
  const char *end = NULL;
  guint row = 0;

  *counts = (TstCatalogueCounts) { 0 };
  if (!bytes)
    return FALSE;
  at = g_bytes_get_data (bytes, NULL);
  end = at + g_bytes_get_size (bytes);
  while (at < end)
    {
      const char *line_end = memchr (at, '\n', (gsize) (end - at));
      gsize length = (gsize) ((line_end ? line_end : end) - at);
      const char *why = NULL;
      TstError code = TST_ERROR_FAILED;

      row++;
      if (length > 0 && !(length == 1 && *at == '\r'))
        {
          JsonObject *event = read_event (at, length, &code, &why);

          if (event)
            {
              g_autofree char *text = tst_json_write (event);

              g_string_append_printf (lines, "%s\n", text);
              g_ptr_array_add (taken, event);
            }
          else
            {
              counts->rejected++;
              refuse (refused, user_data, row, code, why);
            }
        }
      at += length + 1;
    }
  if (taken->len == 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "Ningún espacio de ese archivo se puede tomar; nada cambió.");
      return FALSE;
    }
  /* Kept as it was understood, with the ids: so that a rebuild comes to the same events. */
  file = g_bytes_new (lines->str, lines->len);
  if (!append_import (central, "events-import", path, "jsonl", "application/jsonl", file, counts, error))
    return FALSE;
  if (events)
    *events = g_steal_pointer (&taken);
  return TRUE;
}
