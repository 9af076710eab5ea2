/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-capture.h"

#include "base/tst-codec.h"
#include "journal/tst-journal-private.h"
#include "media/tst-exif-write.h"
#include "media/tst-image-info.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

#define MAX_CAPTION 2000
#define MAX_NOTE 20000

void
tst_photo_result_clear (TstPhotoResult *self)
{
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->taken_at, g_free);
  g_clear_pointer (&self->taken_at_source, g_free);
  self->type = NULL;
  self->place.source = NULL;
}

static gboolean
check_code (TstCodeList list, const char *name, const char *code, GError **error)
{
  g_autofree char *codes = NULL;

  if (code == NULL || *code == '\0' || tst_code_is_valid (list, code))
    return TRUE;
  codes = tst_code_list_join (list);
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "«%s» must be one of: %s. Nothing was saved.", name, codes);
  return FALSE;
}

static gboolean
check_text (const char *name, const char *text, glong most, GError **error)
{
  if (text == NULL || (g_utf8_validate (text, -1, NULL) && g_utf8_strlen (text, -1) <= most))
    return TRUE;
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE,
               "«%s» must be readable text of at most %ld characters. Nothing was saved.", name, most);
  return FALSE;
}

static gboolean
is_on_earth (const TstPlace *place)
{
  return fabs (place->latitude) <= 90 && fabs (place->longitude) <= 180; /* not for NANs */
}

static gboolean
check_spec (const TstPhotoSpec *spec, GError **error)
{
  if ((spec->place != NULL && !is_on_earth (spec->place)) || (spec->else_place != NULL && !is_on_earth (spec->else_place)))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                           "The place must be degrees of latitude and longitude. Nothing was saved.");
      return FALSE;
    }
  if (spec->viewpoint != NULL && !tst_uuid_is_valid (spec->viewpoint))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "«viewpoint» must be the id of a viewpoint. Nothing was saved.");
      return FALSE;
    }
  return check_code (TST_LIST_PHASE, "phase", spec->phase, error)
         && check_code (TST_LIST_PHOTO_NEED, "need", spec->need, error)
         && check_code (TST_LIST_WORK_ITEM, "item", spec->item, error)
         && check_text ("caption", spec->caption, MAX_CAPTION, error) && check_text ("alt", spec->alt, MAX_CAPTION, error);
}

/* --- time --- */

static void
find_time (TstFieldBook *self, const TstImageInfo *info, gboolean from_camera, gint64 now_us, TstPhotoResult *result)
{
  gboolean offset_from_exif = FALSE;
  char *wall = tst_image_info_taken_at (info, self->zone, &offset_from_exif);

  if (wall != NULL)
    {
      result->taken_at = wall;
      result->taken_at_source = g_strdup (offset_from_exif ? "exif" : "exif-local");
    }
  else if (info->has_gps_time)
    {
      result->taken_at = tst_time_format (info->gps_utc_s);
      result->taken_at_source = g_strdup ("gps");
    }
  else if (from_camera)
    {
      result->taken_at = tst_time_format (now_us / G_USEC_PER_SEC);
      result->taken_at_source = g_strdup ("clock");
    }
  else
    result->taken_at_source = g_strdup ("none");
}

/* --- place --- */

typedef struct
{
  const char *work;
  double latitude, longitude;
  gboolean found;
} WorkPlace;

static gboolean
look_up_work (TstStore *store, gpointer data, GError **error)
{
  WorkPlace *place = data;

  place->found = tst_catalogue_place (store, place->work, &place->latitude, &place->longitude);
  return TRUE;
}

static const char *
place_source (const char *source)
{
  static const char *const known[] = { "exif", "gnss", "pin", "work", "network" };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_strcmp0 (source, known[i]) == 0)
      return known[i];
  return "pin";
}

static void
take_direction (TstPlace *place, const TstImageInfo *info)
{
  place->heading_deg = info->direction_deg;
  place->heading_magnetic = info->direction_magnetic;
}

/* @info: (nullable) */
static gboolean
find_place (TstFieldBook *self, const TstPhotoSpec *spec, const TstImageInfo *info, TstPhotoResult *result, GError **error)
{
  TstPlace *place = &result->place;

  *place = (TstPlace) { .accuracy_m = -1, .altitude_m = NAN, .heading_deg = NAN, .age_s = -1 };
  if (spec->place != NULL)
    {
      *place = *spec->place;
      place->source = place_source (spec->place->source);
      /* A pin says where the camera stood; where it looked the file may know. */
      if (!isfinite (place->heading_deg) && info != NULL && info->has_direction)
        take_direction (place, info);
      result->has_place = TRUE;
    }
  else if (info != NULL && info->has_position)
    {
      place->latitude = info->latitude;
      place->longitude = info->longitude;
      place->source = "exif";
      if (info->has_accuracy)
        place->accuracy_m = info->accuracy_m;
      if (info->has_altitude)
        place->altitude_m = info->altitude_m;
      if (info->has_direction)
        take_direction (place, info);
      result->has_place = TRUE;
    }
  else if (spec->else_place != NULL)
    {
      *place = *spec->else_place;
      place->source = place_source (spec->else_place->source);
      result->has_place = TRUE;
    }
  else if (spec->work != NULL)
    {
      WorkPlace work = { .work = spec->work };

      if (!tst_store_read (self->store, look_up_work, &work, error))
        return FALSE;
      if (work.found)
        {
          place->latitude = work.latitude;
          place->longitude = work.longitude;
          place->source = "work";
          result->has_place = TRUE;
        }
    }
  return TRUE;
}

static JsonObject *
place_to_json (const TstPlace *place)
{
  JsonObject *object = json_object_new ();

  json_object_set_double_member (object, "lat", place->latitude);
  json_object_set_double_member (object, "lon", place->longitude);
  if (place->accuracy_m >= 0 && isfinite (place->accuracy_m))
    json_object_set_double_member (object, "accuracy_m", place->accuracy_m);
  json_object_set_string_member (object, "source", place->source);
  if (isfinite (place->altitude_m))
    json_object_set_double_member (object, "altitude_m", place->altitude_m);
  if (isfinite (place->heading_deg))
    {
      json_object_set_double_member (object, "heading_deg", place->heading_deg);
      if (place->heading_magnetic)
        json_object_set_string_member (object, "heading_north", "magnetic");
      else if (place->declination_deg != 0)
        json_object_set_double_member (object, "declination_deg", place->declination_deg);
    }
  if (place->age_s >= 0)
    json_object_set_int_member (object, "age_s", place->age_s);
  return object;
}

/* --- adding --- */

static gboolean
set_duplicate (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_DUPLICATE,
                       "This very photo is in this event already. Nothing was added, and nothing is missing.");
  return FALSE;
}

static gboolean
photo_is_new (TstFieldBook *self, TstStore *store, TstDraft *draft, gpointer data, GError **error)
{
  const TstHash *sha256 = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "SELECT 1 FROM item WHERE event = ?1 AND sha256 = ?2 AND standing = 'valid' LIMIT 1", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, draft->event);
  tst_statement_bind_hash (statement, 2, sha256);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    return set_duplicate (error);
  return tst_events_still_open (self, store, draft, NULL, error);
}

/* Publishing a photo reveals its body, and a file name that a person chose may say who somebody is (a name, a document number).
 * So only what cameras and phones make up by themselves is written down; anything else becomes "foto" with its ending. */
static char *
name_for_body (const char *name)
{
  static const char pattern[] = "^((IMG|DSC|DSCN|DSCF|PXL|MVIMG|PANO)[-_]?[0-9]{3,8}([-_][0-9]{6,9})?|P[0-9]{7}|20[0-9]{6}_[0-9]{6})"
                                "\\.[A-Za-z]{3,4}$";
  const char *dot = strrchr (name, '.');

  if (g_regex_match_simple (pattern, name, G_REGEX_DOLLAR_ENDONLY, 0))
    return g_strdup (name);
  if (dot != NULL && g_regex_match_simple ("^\\.(jpe?g|png|tiff?|webp)$", dot, G_REGEX_CASELESS | G_REGEX_DOLLAR_ENDONLY, 0))
    return g_strconcat ("foto", dot, NULL);
  return g_strdup ("foto");
}

/* What photographs and recordings have in common. */
static void
fill_capture (TstDraft *draft, const TstPhotoSpec *spec, const TstPhotoResult *result)
{
  tst_draft_set_event (draft, spec->event_id);
  tst_draft_set_work (draft, spec->work);
  tst_draft_set_string (draft, "phase", spec->phase);
  tst_draft_set_string (draft, "item", spec->item);
  tst_draft_set_string (draft, "viewpoint", spec->viewpoint);
  tst_draft_set_string (draft, "need", spec->need != NULL ? spec->need : spec->viewpoint != NULL ? "punto" : NULL);
  tst_draft_set_string (draft, "caption", spec->caption);
  tst_draft_set_string (draft, "alt", spec->alt);
  tst_draft_set_string (draft, "taken_at", result->taken_at);
  tst_draft_set_string (draft, "taken_at_source", result->taken_at_source);
  if (result->has_place)
    json_object_set_object_member (draft->content, "place", place_to_json (&result->place));
}

static void
fill_photo (TstDraft *draft, const TstPhotoSpec *spec, const TstImageInfo *info, const char *name, gboolean from_camera,
            const TstPhotoResult *result)
{
  fill_capture (draft, spec, result);
  tst_draft_set_string (draft, "file", name);
  json_object_set_int_member (draft->content, "width", info->width);
  json_object_set_int_member (draft->content, "height", info->height);
  json_object_set_int_member (draft->content, "orientation", info->orientation);
  if (info->make != NULL || info->model != NULL || info->software != NULL)
    {
      JsonObject *camera = json_object_new ();

      if (info->make != NULL)
        json_object_set_string_member (camera, "make", info->make);
      if (info->model != NULL)
        json_object_set_string_member (camera, "model", info->model);
      if (info->software != NULL)
        json_object_set_string_member (camera, "software", info->software);
      json_object_set_object_member (draft->content, "camera", camera);
    }
  tst_draft_add_medium (draft, &result->media, result->type, from_camera ? "camera" : "import", "photo");
}

gboolean
tst_field_book_add_photo (TstFieldBook *self, const TstPhotoSpec *spec, const char *path, TstPhotoResult *result,
                          GCancellable *cancellable, GError **error)
{
  g_autoptr (TstImageInfo) info = NULL;
  g_autoptr (TstDraft) draft = NULL;
  g_auto (TstEvent) event = { 0 };
  g_autoptr (GError) local = NULL;
  TstPhotoResult found = { 0 };
  gboolean added = FALSE;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && spec != NULL && path != NULL, FALSE);
  if (!check_spec (spec, error) || !tst_events_require_open (self, spec->event_id, &event, error))
    return FALSE;
  info = tst_image_info_read (path, error);
  if (info == NULL)
    return FALSE;

  draft = tst_draft_new (self, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo");
  found.width = info->width;
  found.height = info->height;
  found.type = tst_image_type_mime (info->type);
  find_time (self, info, spec->from_camera, draft->time.utc_us, &found);
  if (!find_place (self, spec, info, &found, error))
    goto out;
  if (!tst_media_store_put_file (self->media, path, &found.media, cancellable, &local))
    goto failed;
  {
    g_autofree char *base = g_path_get_basename (path);
    g_autofree char *name = name_for_body (spec->display_name != NULL ? spec->display_name : base);

    fill_photo (draft, spec, info, name, spec->from_camera, &found);
  }
  if (!tst_draft_seal (draft, self, &local)
      || !tst_journal_commit (self, draft, photo_is_new, &found.media.sha256, &local))
    goto failed;
  found.id = g_strdup (draft->id);
  added = TRUE;
  if (result != NULL)
    {
      *result = found;
      return TRUE;
    }
  goto out;

failed:
  if (!g_error_matches (local, TST_ERROR, TST_ERROR_DUPLICATE))
    g_atomic_int_set (&self->medium_left, TRUE);
  g_propagate_error (error, g_steal_pointer (&local));
out:
  tst_photo_result_clear (&found);
  return added;
}

/* --- what the device itself took --- */

#define MAX_CAPTURE_BYTES (64u * 1024 * 1024)
/* A shutter pressed longer ago than this was pressed under another clock. */
#define MAX_LAG_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

static const struct
{
  const char *mime, *type, *magic;
} captures[] = {
  { "image/jpeg", "photo", "\xff\xd8\xff" },
  { "video/webm", "video", "\x1a\x45\xdf\xa3" },
  { "audio/ogg", "audio", "OggS" },
};

/* -1: not something that we record. */
static int
check_capture (const TstCaptureSpec *spec, GBytes *bytes, GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (size > MAX_CAPTURE_BYTES)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_TOO_LARGE, "The recording is longer than can be saved at once. Make shorter ones.");
      return -1;
    }
  for (guint i = 0; i < G_N_ELEMENTS (captures); i++)
    if (g_strcmp0 (spec->type, captures[i].mime) == 0 && size > strlen (captures[i].magic)
        && memcmp (data, captures[i].magic, strlen (captures[i].magic)) == 0)
      return (int) i;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "The camera or microphone handed over something else. Nothing was saved.");
  return -1;
}

/* When the shutter went by the device's clock of now, which may just have been set right. */
static gint64
shutter_utc (const TstCaptureSpec *spec, const TstTimestamp *now)
{
  gint64 lag = spec->mono_us > 0 ? now->mono_us - spec->mono_us : 0;

  return now->utc_us - (lag >= 0 && lag < MAX_LAG_US ? lag : 0);
}

static GDateTime *
wall_time (TstFieldBook *self, gint64 utc_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (utc_us / G_USEC_PER_SEC);

  return g_date_time_to_timezone (utc, self->zone);
}

static char *
format_wall (GDateTime *wall)
{
  const int minutes = (int) (g_date_time_get_utc_offset (wall) / G_TIME_SPAN_MINUTE);
  g_autofree char *date = g_date_time_format (wall, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf ("%s%c%02d:%02d", date, minutes < 0 ? '-' : '+', ABS (minutes) / 60, ABS (minutes) % 60);
}

/* A still with what we know of it spliced in. */
static GBytes *
complete_still (const TstCaptureSpec *spec, const TstDraft *draft, const TstPhotoResult *found, GDateTime *wall, gint64 utc_us,
                GBytes *bytes, GError **error)
{
  TstExifFacts facts = { .utc_us = utc_us, .offset_s = (int) (g_date_time_get_utc_offset (wall) / G_TIME_SPAN_SECOND),
                         .place = found->has_place ? &found->place : NULL, .place_utc_us = spec->place_utc_us, .device = spec->device,
                         .software = "Testigo " TST_VERSION };

  for (guint i = 0, n = 0; draft->id[i] != '\0' && n < sizeof facts.unique_id - 1; i++)
    if (draft->id[i] != '-')
      facts.unique_id[n++] = draft->id[i];
  return tst_exif_write (bytes, &facts, error);
}

static gboolean
fill_still (TstDraft *draft, const TstCaptureSpec *spec, GDateTime *wall, GBytes *written, TstPhotoResult *found, GError **error)
{
  g_autoptr (TstImageInfo) info = tst_image_info_read_bytes (written, error);
  g_autofree char *name = g_date_time_format (wall, "%Y%m%d_%H%M%S.jpg");

  if (info == NULL)
    return FALSE;
  found->width = info->width;
  found->height = info->height;
  fill_photo (draft, &spec->photo, info, name, TRUE, found);
  return TRUE;
}

gboolean
tst_field_book_add_capture (TstFieldBook *self, const TstCaptureSpec *spec, GBytes *bytes, TstPhotoResult *result,
                            GCancellable *cancellable, GError **error)
{
  g_autoptr (TstDraft) draft = NULL;
  g_autoptr (GDateTime) wall = NULL;
  g_autoptr (GBytes) written = NULL;
  g_auto (TstEvent) event = { 0 };
  TstPhotoResult found = { 0 };
  gboolean added = FALSE;
  gint64 utc_us;
  int kind;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && spec != NULL && bytes != NULL, FALSE);
  kind = check_capture (spec, bytes, error);
  if (kind < 0 || !check_spec (&spec->photo, error) || !tst_events_require_open (self, spec->photo.event_id, &event, error))
    return FALSE;
  draft = tst_draft_new (self, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, captures[kind].type);
  utc_us = shutter_utc (spec, &draft->time);
  wall = wall_time (self, utc_us);
  found.type = captures[kind].mime;
  found.taken_at = format_wall (wall);
  found.taken_at_source = g_strdup ("clock");
  if (!find_place (self, &spec->photo, NULL, &found, error))
    goto out;
  if (kind == 0)
    {
      written = complete_still (spec, draft, &found, wall, utc_us, bytes, error);
      if (written == NULL)
        goto out;
    }
  else
    written = g_bytes_ref (bytes);
  if (!tst_media_store_put_bytes (self->media, written, &found.media, error))
    goto failed;
  if (kind == 0 && !fill_still (draft, spec, wall, written, &found, error))
    goto failed;
  if (kind != 0)
    {
      fill_capture (draft, &spec->photo, &found);
      json_object_set_int_member (draft->content, "duration_ms", spec->duration_ms);
      tst_draft_add_medium (draft, &found.media, found.type, "camera", captures[kind].type);
    }
  if (!tst_draft_seal (draft, self, error) || !tst_journal_commit (self, draft, photo_is_new, &found.media.sha256, error))
    goto failed;
  found.id = g_strdup (draft->id);
  added = TRUE;
  if (result != NULL)
    {
      *result = found;
      return TRUE;
    }
  goto out;

failed:
  g_atomic_int_set (&self->medium_left, TRUE);
out:
  tst_photo_result_clear (&found);
  return added;
}

char *
tst_field_book_add_note (TstFieldBook *self, const char *event_id, const char *work, const char *text, GError **error)
{
  g_autoptr (TstDraft) draft = NULL;
  g_auto (TstEvent) event = { 0 };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  if (text == NULL || *text == '\0')
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_FIELD, "The note is empty. Nothing was saved.");
      return NULL;
    }
  if (!check_text ("text", text, MAX_NOTE, error) || !tst_events_require_open (self, event_id, &event, error))
    return NULL;
  draft = tst_draft_new (self, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "note");
  tst_draft_set_event (draft, event_id);
  tst_draft_set_work (draft, work);
  tst_draft_set_string (draft, "text", text);
  if (!tst_draft_seal (draft, self, error) || !tst_journal_commit (self, draft, tst_events_still_open, NULL, error))
    return NULL;
  return g_strdup (draft->id);
}
