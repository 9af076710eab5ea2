/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-field-book-async.h"

#include "journal/tst-capture.h"
#include "journal/tst-journal-private.h"
#include "journal/tst-visit.h"
#include "record/tst-body.h"

#include <string.h>

/* Everything that an act takes and gives, so that one pair of pools serves all of them. */
typedef struct _Act Act;
struct _Act
{
  void (*run) (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error);

  /* in */
  char *id, *text, *extra, *name;
  char *object;         /* JSON of what a person typed: wiped when freed */
  TstClock *clock;
  TstEventSpec event;   /* strings owned */
  TstPhotoSpec photo;   /* strings owned, its places point to those below */
  TstPlace place, else_place;
  TstCaptureSpec capture; /* but for its photo, which is @photo; strings owned */
  GBytes *bytes;
  TstQuery query;       /* strings owned */
  gboolean deep;

  /* out */
  TstFieldBook *book;
  char *new_id, *number, *due_on;
  TstPhotoResult photo_result;
  JsonObject *answer;
  GPtrArray *rows;
};

#define FREE_CONST(field) g_free ((char *) (field))

static void
act_free (gpointer data)
{
  Act *self = data;

  g_free (self->id);
  g_free (self->text);
  g_free (self->extra);
  g_free (self->name);
  if (self->object != NULL)
    memset (self->object, 0, strlen (self->object));
  g_free (self->object);
  g_clear_object (&self->clock);
  FREE_CONST (self->event.type);
  FREE_CONST (self->event.title);
  FREE_CONST (self->event.work);
  FREE_CONST (self->photo.event_id);
  FREE_CONST (self->photo.work);
  FREE_CONST (self->photo.phase);
  FREE_CONST (self->photo.item);
  FREE_CONST (self->photo.viewpoint);
  FREE_CONST (self->photo.need);
  FREE_CONST (self->photo.caption);
  FREE_CONST (self->photo.alt);
  FREE_CONST (self->photo.display_name);
  FREE_CONST (self->place.source);
  FREE_CONST (self->else_place.source);
  FREE_CONST (self->capture.type);
  FREE_CONST (self->capture.device);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  FREE_CONST (self->query.search);
  FREE_CONST (self->query.event_id);
  FREE_CONST (self->query.work);
  FREE_CONST (self->query.status);
  FREE_CONST (self->query.day);
  g_clear_object (&self->book);
  g_free (self->new_id);
  g_free (self->number);
  g_free (self->due_on);
  tst_photo_result_clear (&self->photo_result);
  g_clear_pointer (&self->answer, json_object_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self);
}

/* --- the pools --- */

static void
run_task (gpointer data, gpointer user_data)
{
  GTask *task = data;
  Act *act = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  if (g_cancellable_is_cancelled (cancellable))
    g_set_error_literal (&error, TST_ERROR, TST_ERROR_CANCELLED, "Cancelled; nothing was changed.");
  else
    act->run (g_task_get_source_object (task), act, cancellable, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

void
tst_field_book_init_pools (TstFieldBook *self)
{
  self->acts = g_thread_pool_new (run_task, NULL, 1, FALSE, NULL);
  self->looks = g_thread_pool_new (run_task, NULL, 2, FALSE, NULL);
}

/* Without waiting: the book's last reference may be dropped by a thread of these very pools. */
void
tst_field_book_free_pools (TstFieldBook *self)
{
  g_thread_pool_free (self->acts, FALSE, FALSE);
  g_thread_pool_free (self->looks, FALSE, FALSE);
}

static GTask *
new_task (gpointer source, Act *act, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback,
          gpointer user_data)
{
  GTask *task = g_task_new (source, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, act, act_free);
  /* What was saved is saved, whatever was cancelled meanwhile. */
  g_task_set_check_cancellable (task, FALSE);
  return task;
}

static void
push_act (TstFieldBook *self, Act *act, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback,
          gpointer user_data)
{
  g_thread_pool_push (self->acts, new_task (self, act, tag, cancellable, callback, user_data), NULL);
}

static void
push_look (TstFieldBook *self, Act *act, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback,
           gpointer user_data)
{
  GTask *task = new_task (self, act, tag, cancellable, callback, user_data);

  /* Whoever cancelled a look may be gone: what was read meanwhile must not reach them as an answer. */
  g_task_set_check_cancellable (task, TRUE);
  g_thread_pool_push (self->looks, task, NULL);
}

static Act *
act_new (void (*run) (TstFieldBook *, Act *, GCancellable *, GError **))
{
  Act *act = g_new0 (Act, 1);

  act->run = run;
  return act;
}

static JsonObject *
parse_object (Act *act, GError **error)
{
  return tst_json_parse_object (act->object, -1, error);
}

static Act *
finished (gpointer self, GAsyncResult *result, gpointer tag, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (tag == NULL || g_async_result_is_tagged (result, tag), NULL);
  return g_task_propagate_boolean (G_TASK (result), error) ? g_task_get_task_data (G_TASK (result)) : NULL;
}

/* Tags by what the finish gives: one finish serves many acts. */
static char id_tag, object_tag;

/* --- opening and enrolling --- */

static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Act *act = data;
  GError *error = NULL;

  act->book = tst_field_book_open (act->text, act->clock, &error);
  if (act->book == NULL && act->name != NULL && g_error_matches (error, TST_ERROR, TST_ERROR_STORE_MISSING))
    {
      g_clear_error (&error);
      act->book = tst_field_book_create (act->text, act->name, act->clock, &error);
    }
  if (act->book != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
tst_field_book_open_async (const char *folder, const char *name, TstClock *clock, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (NULL);
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (folder != NULL && TST_IS_CLOCK (clock));
  act->text = g_strdup (folder);
  act->name = g_strdup (name);
  act->clock = g_object_ref (clock);
  task = new_task (NULL, act, tst_field_book_open_async, cancellable, callback, user_data);
  /* There is no book yet whose order this could break. */
  g_task_run_in_thread (task, open_in_thread);
}

TstFieldBook *
tst_field_book_open_finish (GAsyncResult *result, GError **error)
{
  Act *act = finished (NULL, result, tst_field_book_open_async, error);

  return act != NULL ? g_steal_pointer (&act->book) : NULL;
}

static void
run_enrol (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  tst_field_book_enrol (self, act->text, error);
}

void
tst_field_book_enrol_async (TstFieldBook *self, const char *enrolment_text, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_enrol);

  act->text = g_strdup (enrolment_text);
  push_act (self, act, tst_field_book_enrol_async, cancellable, callback, user_data);
}

static void
run_accept_origin (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  tst_field_book_accept_origin (self, act->text, error);
}

void
tst_field_book_accept_origin_async (TstFieldBook *self, const char *enrolment_text, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_accept_origin);

  act->text = g_strdup (enrolment_text);
  push_act (self, act, tst_field_book_enrol_async, cancellable, callback, user_data);
}

gboolean
tst_field_book_enrol_finish (TstFieldBook *self, GAsyncResult *result, GError **error)
{
  return finished (self, result, tst_field_book_enrol_async, error) != NULL;
}

/* --- acts that give an id --- */

static void
run_open_event (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  act->new_id = tst_field_book_open_event (self, &act->event, error);
}

void
tst_field_book_open_event_async (TstFieldBook *self, const TstEventSpec *spec, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_open_event);

  act->event = *spec;
  act->event.type = g_strdup (spec->type);
  act->event.title = g_strdup (spec->title);
  act->event.work = g_strdup (spec->work);
  push_act (self, act, &id_tag, cancellable, callback, user_data);
}

static void
run_join_event (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  act->new_id = tst_field_book_join_event (self, act->text, error);
}

void
tst_field_book_join_event_async (TstFieldBook *self, const char *text, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_join_event);

  act->text = g_strdup (text);
  push_act (self, act, &id_tag, cancellable, callback, user_data);
}

static void
run_add_note (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  act->new_id = tst_field_book_add_note (self, act->id, act->extra, act->text, error);
}

void
tst_field_book_add_note_async (TstFieldBook *self, const char *event_id, const char *work, const char *text,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_add_note);

  act->id = g_strdup (event_id);
  act->extra = g_strdup (work);
  act->text = g_strdup (text);
  push_act (self, act, &id_tag, cancellable, callback, user_data);
}

static void
run_add_attendance (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) fields = parse_object (act, error);

  if (fields != NULL)
    act->new_id = tst_field_book_add_attendance (self, act->id, fields, error);
}

void
tst_field_book_add_attendance_async (TstFieldBook *self, const char *event_id, JsonObject *fields,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_add_attendance);

  act->id = g_strdup (event_id);
  act->object = tst_json_write (fields);
  push_act (self, act, &id_tag, cancellable, callback, user_data);
}

static void
run_add_survey (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) answers = parse_object (act, error);

  if (answers != NULL)
    act->new_id = tst_field_book_add_survey (self, act->id, act->extra, answers, error);
}

void
tst_field_book_add_survey_async (TstFieldBook *self, const char *event_id, const char *form, JsonObject *answers,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_add_survey);

  act->id = g_strdup (event_id);
  act->extra = g_strdup (form);
  act->object = tst_json_write (answers);
  push_act (self, act, &id_tag, cancellable, callback, user_data);
}

static void
run_add_visit_record (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) fields = parse_object (act, error);

  if (fields != NULL)
    act->new_id = tst_field_book_add_visit_record (self, act->extra, act->id, fields, error);
}

void
tst_field_book_add_visit_record_async (TstFieldBook *self, const char *type, const char *event_id, JsonObject *fields,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_add_visit_record);

  act->id = g_strdup (event_id);
  act->extra = g_strdup (type);
  act->object = tst_json_write (fields);
  push_act (self, act, &id_tag, cancellable, callback, user_data);
}

static void
run_amend (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) changes = parse_object (act, error);

  if (changes != NULL)
    act->new_id = tst_field_book_amend (self, act->id, changes, error);
}

void
tst_field_book_amend_async (TstFieldBook *self, const char *record_id, JsonObject *changes, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_amend);

  act->id = g_strdup (record_id);
  act->object = tst_json_write (changes);
  push_act (self, act, &id_tag, cancellable, callback, user_data);
}

static void
run_withdraw (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  act->new_id = tst_field_book_withdraw (self, act->id, act->text, error);
}

void
tst_field_book_withdraw_async (TstFieldBook *self, const char *record_id, const char *reason, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_withdraw);

  act->id = g_strdup (record_id);
  act->text = g_strdup (reason);
  push_act (self, act, &id_tag, cancellable, callback, user_data);
}

static void
run_discard (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  act->new_id = tst_field_book_discard (self, act->id, error);
}

void
tst_field_book_discard_async (TstFieldBook *self, const char *record_id, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_discard);

  act->id = g_strdup (record_id);
  push_act (self, act, &id_tag, cancellable, callback, user_data);
}

char *
tst_field_book_act_finish (TstFieldBook *self, GAsyncResult *result, GError **error)
{
  Act *act = finished (self, result, &id_tag, error);

  return act != NULL ? g_steal_pointer (&act->new_id) : NULL;
}

/* --- contributions and photos --- */

static void
run_add_comment (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) fields = parse_object (act, error);

  if (fields != NULL)
    act->new_id = tst_field_book_add_comment (self, act->id, fields, &act->number, &act->due_on, error);
}

void
tst_field_book_add_comment_async (TstFieldBook *self, const char *event_id, JsonObject *fields, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_add_comment);

  act->id = g_strdup (event_id);
  act->object = tst_json_write (fields);
  push_act (self, act, tst_field_book_add_comment_async, cancellable, callback, user_data);
}

char *
tst_field_book_add_comment_finish (TstFieldBook *self, GAsyncResult *result, char **provisional_number, char **due_on,
                                   GError **error)
{
  Act *act = finished (self, result, tst_field_book_add_comment_async, error);

  if (act == NULL)
    return NULL;
  if (provisional_number != NULL)
    *provisional_number = g_steal_pointer (&act->number);
  if (due_on != NULL)
    *due_on = g_steal_pointer (&act->due_on);
  return g_steal_pointer (&act->new_id);
}

static void
run_add_photo (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  tst_field_book_add_photo (self, &act->photo, act->text, &act->photo_result, cancellable, error);
}

static void
take_photo_spec (Act *act, const TstPhotoSpec *spec)
{
  act->photo = *spec;
  act->photo.event_id = g_strdup (spec->event_id);
  act->photo.work = g_strdup (spec->work);
  act->photo.phase = g_strdup (spec->phase);
  act->photo.item = g_strdup (spec->item);
  act->photo.viewpoint = g_strdup (spec->viewpoint);
  act->photo.need = g_strdup (spec->need);
  act->photo.caption = g_strdup (spec->caption);
  act->photo.alt = g_strdup (spec->alt);
  act->photo.display_name = g_strdup (spec->display_name);
  if (spec->place != NULL)
    {
      act->place = *spec->place;
      act->place.source = g_strdup (spec->place->source);
      act->photo.place = &act->place;
    }
  if (spec->else_place != NULL)
    {
      act->else_place = *spec->else_place;
      act->else_place.source = g_strdup (spec->else_place->source);
      act->photo.else_place = &act->else_place;
    }
}

void
tst_field_book_add_photo_async (TstFieldBook *self, const TstPhotoSpec *spec, const char *path, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_add_photo);

  take_photo_spec (act, spec);
  act->text = g_strdup (path);
  push_act (self, act, tst_field_book_add_photo_async, cancellable, callback, user_data);
}

gboolean
tst_field_book_add_photo_finish (TstFieldBook *self, GAsyncResult *result, TstPhotoResult *photo, GError **error)
{
  Act *act = finished (self, result, tst_field_book_add_photo_async, error);

  if (act != NULL && photo != NULL)
    {
      *photo = act->photo_result;
      act->photo_result = (TstPhotoResult) { 0 };
    }
  return act != NULL;
}

static void
run_add_capture (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  act->capture.photo = act->photo;
  tst_field_book_add_capture (self, &act->capture, act->bytes, &act->photo_result, cancellable, error);
}

void
tst_field_book_add_capture_async (TstFieldBook *self, const TstCaptureSpec *spec, GBytes *bytes, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_add_capture);

  take_photo_spec (act, &spec->photo);
  act->capture = *spec;
  act->capture.type = g_strdup (spec->type);
  act->capture.device = g_strdup (spec->device);
  act->bytes = g_bytes_ref (bytes);
  push_act (self, act, tst_field_book_add_capture_async, cancellable, callback, user_data);
}

gboolean
tst_field_book_add_capture_finish (TstFieldBook *self, GAsyncResult *result, TstPhotoResult *photo, GError **error)
{
  Act *act = finished (self, result, tst_field_book_add_capture_async, error);

  if (act != NULL && photo != NULL)
    {
      *photo = act->photo_result;
      act->photo_result = (TstPhotoResult) { 0 };
    }
  return act != NULL;
}

/* --- what gives an object --- */

static void
run_close_event (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  act->answer = tst_field_book_close_event (self, act->id, error);
}

void
tst_field_book_close_event_async (TstFieldBook *self, const char *event_id, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_close_event);

  act->id = g_strdup (event_id);
  push_act (self, act, &object_tag, cancellable, callback, user_data);
}

static void
run_show_record (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  act->answer = tst_field_book_show_record (self, act->id, error);
}

void
tst_field_book_show_record_async (TstFieldBook *self, const char *record_id, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_show_record);

  act->id = g_strdup (record_id);
  push_look (self, act, &object_tag, cancellable, callback, user_data);
}

static void
run_verify_record (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  act->answer = tst_field_book_verify_record (self, act->id, cancellable, error);
}

void
tst_field_book_verify_record_async (TstFieldBook *self, const char *record_id, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_verify_record);

  act->id = g_strdup (record_id);
  push_look (self, act, &object_tag, cancellable, callback, user_data);
}

static void
run_visit_summary (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  act->answer = tst_field_book_visit_summary (self, act->id, error);
}

void
tst_field_book_visit_summary_async (TstFieldBook *self, const char *event_id, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_visit_summary);

  act->id = g_strdup (event_id);
  push_look (self, act, &object_tag, cancellable, callback, user_data);
}

static void
run_status (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  act->answer = tst_field_book_status (self, error);
}

void
tst_field_book_status_async (TstFieldBook *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  push_look (self, act_new (run_status), &object_tag, cancellable, callback, user_data);
}

static void
collect_refused (guint row, const char *code, const char *message, gpointer user_data)
{
  JsonObject *refused = json_object_new ();

  json_object_set_int_member (refused, "row", row);
  json_object_set_string_member (refused, "code", code);
  json_object_set_string_member (refused, "message", message);
  json_array_add_object_element (user_data, refused);
}

static void
run_import_works (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  JsonArray *refused = json_array_new ();
  JsonObject *answer = json_object_new ();
  TstImportCounts counts = { 0 };

  json_object_set_array_member (answer, "refused", refused);
  act->answer = answer;
  if (!tst_field_book_import_works (self, act->text, collect_refused, refused, &counts, cancellable, error))
    return;
  json_object_set_int_member (answer, "added", counts.added);
  json_object_set_int_member (answer, "updated", counts.updated);
  json_object_set_int_member (answer, "unchanged", counts.unchanged);
  json_object_set_int_member (answer, "rejected", counts.rejected);
}

void
tst_field_book_import_works_async (TstFieldBook *self, const char *path, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_import_works);

  act->text = g_strdup (path);
  push_act (self, act, &object_tag, cancellable, callback, user_data);
}

static gboolean
collect_fault (JsonObject *fault, gpointer user_data)
{
  json_array_add_object_element (user_data, json_object_ref (fault));
  return TRUE;
}

static void
run_verify (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonArray) faults = json_array_new ();

  if (tst_field_book_verify (self, act->deep, collect_fault, faults, &act->answer, cancellable, error))
    json_object_set_array_member (act->answer, "list", g_steal_pointer (&faults));
}

void
tst_field_book_verify_async (TstFieldBook *self, gboolean deep, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  Act *act = act_new (run_verify);

  act->deep = deep;
  push_look (self, act, &object_tag, cancellable, callback, user_data);
}

JsonObject *
tst_field_book_object_finish (TstFieldBook *self, GAsyncResult *result, GError **error)
{
  Act *act = finished (self, result, &object_tag, error);

  return act != NULL ? g_steal_pointer (&act->answer) : NULL;
}

/* --- lists --- */

static gboolean
collect_row (JsonObject *row, gpointer user_data)
{
  g_ptr_array_add (user_data, json_object_ref (row));
  return TRUE;
}

static void
run_list (TstFieldBook *self, Act *act, GCancellable *cancellable, GError **error)
{
  act->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  tst_field_book_list (self, act->text, &act->query, collect_row, act->rows, error);
}

void
tst_field_book_list_async (TstFieldBook *self, const char *what, const TstQuery *query, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  Act *act = act_new (run_list);

  act->text = g_strdup (what);
  if (query != NULL)
    {
      act->query = *query;
      act->query.search = g_strdup (query->search);
      act->query.event_id = g_strdup (query->event_id);
      act->query.work = g_strdup (query->work);
      act->query.status = g_strdup (query->status);
      act->query.day = g_strdup (query->day);
    }
  push_look (self, act, tst_field_book_list_async, cancellable, callback, user_data);
}

GPtrArray *
tst_field_book_list_finish (TstFieldBook *self, GAsyncResult *result, GError **error)
{
  Act *act = finished (self, result, tst_field_book_list_async, error);

  return act != NULL ? g_steal_pointer (&act->rows) : NULL;
}
