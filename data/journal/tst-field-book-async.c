/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-field-book-async.h"

#include "journal/tst-act-private.h"
#include "record/tst-body.h"

#include <string.h>

#define FREE_CONST(field) g_free ((char *) (field))

static void
act_free (gpointer data)
{
  TstAct *self = data;

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
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
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
  TstAct *act = g_task_get_task_data (task);
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
new_task (gpointer source, TstAct *act, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback,
          gpointer user_data)
{
  GTask *task = g_task_new (source, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, act, act_free);
  /* What was saved is saved, whatever was cancelled meanwhile. */
  g_task_set_check_cancellable (task, FALSE);
  return task;
}

void
tst_act_push (TstFieldBook *self, TstAct *act, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback,
          gpointer user_data)
{
  g_thread_pool_push (self->acts, new_task (self, act, tag, cancellable, callback, user_data), NULL);
}

void
tst_act_push_look (TstFieldBook *self, TstAct *act, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback,
           gpointer user_data)
{
  GTask *task = new_task (self, act, tag, cancellable, callback, user_data);

  /* Whoever cancelled a look may be gone: what was read meanwhile must not reach them as an answer. */
  g_task_set_check_cancellable (task, TRUE);
  g_thread_pool_push (self->looks, task, NULL);
}

TstAct *
tst_act_new (TstActRun run)
{
  TstAct *act = g_new0 (TstAct, 1);

  act->run = run;
  return act;
}

static JsonObject *
tst_act_parse_object (TstAct *act, GError **error)
{
  return tst_json_parse_object (act->object, -1, error);
}

TstAct *
tst_act_finished (gpointer self, GAsyncResult *result, gpointer tag, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (tag == NULL || g_async_result_is_tagged (result, tag), NULL);
  return g_task_propagate_boolean (G_TASK (result), error) ? g_task_get_task_data (G_TASK (result)) : NULL;
}

/* Tags by what the finish gives: one finish serves many acts. */
static char id_tag;

/* --- opening and enrolling --- */

static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  TstAct *act = data;
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
  TstAct *act = tst_act_new (NULL);
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
  TstAct *act = tst_act_finished (NULL, result, tst_field_book_open_async, error);

  return act != NULL ? g_steal_pointer (&act->book) : NULL;
}

static void
run_enrol (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  tst_field_book_enrol (self, act->text, error);
}

void
tst_field_book_enrol_async (TstFieldBook *self, const char *enrolment_text, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_enrol);

  act->text = g_strdup (enrolment_text);
  tst_act_push (self, act, tst_field_book_enrol_async, cancellable, callback, user_data);
}

static void
run_accept_origin (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  tst_field_book_accept_origin (self, act->text, error);
}

void
tst_field_book_accept_origin_async (TstFieldBook *self, const char *enrolment_text, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_accept_origin);

  act->text = g_strdup (enrolment_text);
  tst_act_push (self, act, tst_field_book_enrol_async, cancellable, callback, user_data);
}

gboolean
tst_field_book_enrol_finish (TstFieldBook *self, GAsyncResult *result, GError **error)
{
  return tst_act_finished (self, result, tst_field_book_enrol_async, error) != NULL;
}

/* --- acts that give an id --- */

static void
run_open_event (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  act->new_id = tst_field_book_open_event (self, &act->event, error);
}

void
tst_field_book_open_event_async (TstFieldBook *self, const TstEventSpec *spec, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_open_event);

  act->event = *spec;
  act->event.type = g_strdup (spec->type);
  act->event.title = g_strdup (spec->title);
  act->event.work = g_strdup (spec->work);
  tst_act_push (self, act, &id_tag, cancellable, callback, user_data);
}

static void
run_join_event (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  act->new_id = tst_field_book_join_event (self, act->text, error);
}

void
tst_field_book_join_event_async (TstFieldBook *self, const char *text, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_join_event);

  act->text = g_strdup (text);
  tst_act_push (self, act, &id_tag, cancellable, callback, user_data);
}

static void
run_add_note (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  act->new_id = tst_field_book_add_note (self, act->id, act->extra, act->text, error);
}

void
tst_field_book_add_note_async (TstFieldBook *self, const char *event_id, const char *work, const char *text,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_add_note);

  act->id = g_strdup (event_id);
  act->extra = g_strdup (work);
  act->text = g_strdup (text);
  tst_act_push (self, act, &id_tag, cancellable, callback, user_data);
}

static void
run_add_attendance (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) fields = tst_act_parse_object (act, error);

  if (fields != NULL)
    act->new_id = tst_field_book_add_attendance (self, act->id, fields, error);
}

void
tst_field_book_add_attendance_async (TstFieldBook *self, const char *event_id, JsonObject *fields,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_add_attendance);

  act->id = g_strdup (event_id);
  act->object = tst_json_write (fields);
  tst_act_push (self, act, &id_tag, cancellable, callback, user_data);
}

/* (transfer full): what was said and shown outlives the page that hands it over. */
static GPtrArray *
keep_attachments (GPtrArray *attachments)
{
  GPtrArray *kept = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_attachment_unref);

  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    g_ptr_array_add (kept, tst_attachment_ref (attachments->pdata[i]));
  return kept;
}

static void
run_add_survey (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) answers = tst_act_parse_object (act, error);

  if (answers != NULL)
    act->new_id = tst_field_book_add_survey (self, act->id, act->extra, answers, act->attachments, error);
}

void
tst_field_book_add_survey_async (TstFieldBook *self, const char *event_id, const char *form, JsonObject *answers,
                                 GPtrArray *attachments, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_add_survey);

  act->id = g_strdup (event_id);
  act->extra = g_strdup (form);
  act->object = tst_json_write (answers);
  act->attachments = keep_attachments (attachments);
  tst_act_push (self, act, &id_tag, cancellable, callback, user_data);
}

static void
run_add_visit_record (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) fields = tst_act_parse_object (act, error);

  if (fields != NULL)
    act->new_id = tst_field_book_add_visit_record (self, act->extra, act->id, fields, error);
}

void
tst_field_book_add_visit_record_async (TstFieldBook *self, const char *type, const char *event_id, JsonObject *fields,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_add_visit_record);

  act->id = g_strdup (event_id);
  act->extra = g_strdup (type);
  act->object = tst_json_write (fields);
  tst_act_push (self, act, &id_tag, cancellable, callback, user_data);
}

static void
run_amend (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) changes = tst_act_parse_object (act, error);

  if (changes != NULL)
    act->new_id = tst_field_book_amend (self, act->id, changes, error);
}

void
tst_field_book_amend_async (TstFieldBook *self, const char *record_id, JsonObject *changes, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_amend);

  act->id = g_strdup (record_id);
  act->object = tst_json_write (changes);
  tst_act_push (self, act, &id_tag, cancellable, callback, user_data);
}

static void
run_withdraw (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  act->new_id = tst_field_book_withdraw (self, act->id, act->text, error);
}

void
tst_field_book_withdraw_async (TstFieldBook *self, const char *record_id, const char *reason, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_withdraw);

  act->id = g_strdup (record_id);
  act->text = g_strdup (reason);
  tst_act_push (self, act, &id_tag, cancellable, callback, user_data);
}

static void
run_discard (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  act->new_id = tst_field_book_discard (self, act->id, error);
}

void
tst_field_book_discard_async (TstFieldBook *self, const char *record_id, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_discard);

  act->id = g_strdup (record_id);
  tst_act_push (self, act, &id_tag, cancellable, callback, user_data);
}

char *
tst_field_book_act_finish (TstFieldBook *self, GAsyncResult *result, GError **error)
{
  TstAct *act = tst_act_finished (self, result, &id_tag, error);

  return act != NULL ? g_steal_pointer (&act->new_id) : NULL;
}

/* --- contributions and photos --- */

static void
run_add_comment (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) fields = tst_act_parse_object (act, error);

  if (fields != NULL)
    act->new_id = tst_field_book_add_contribution (self, act->id, fields, act->attachments, &act->number, &act->due_on, error);
}

void
tst_field_book_add_comment_async (TstFieldBook *self, const char *event_id, JsonObject *fields, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  tst_field_book_add_contribution_async (self, event_id, fields, NULL, cancellable, callback, user_data);
}

void
tst_field_book_add_contribution_async (TstFieldBook *self, const char *event_id, JsonObject *fields, GPtrArray *attachments,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_add_comment);

  act->id = g_strdup (event_id);
  act->object = tst_json_write (fields);
  act->attachments = keep_attachments (attachments);
  tst_act_push (self, act, tst_field_book_add_comment_async, cancellable, callback, user_data);
}

char *
tst_field_book_add_comment_finish (TstFieldBook *self, GAsyncResult *result, char **provisional_number, char **due_on,
                                   GError **error)
{
  TstAct *act = tst_act_finished (self, result, tst_field_book_add_comment_async, error);

  if (act == NULL)
    return NULL;
  if (provisional_number != NULL)
    *provisional_number = g_steal_pointer (&act->number);
  if (due_on != NULL)
    *due_on = g_steal_pointer (&act->due_on);
  return g_steal_pointer (&act->new_id);
}

static void
run_add_photo (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  tst_field_book_add_photo (self, &act->photo, act->text, &act->photo_result, cancellable, error);
}

static void
take_photo_spec (TstAct *act, const TstPhotoSpec *spec)
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
  TstAct *act = tst_act_new (run_add_photo);

  take_photo_spec (act, spec);
  act->text = g_strdup (path);
  tst_act_push (self, act, tst_field_book_add_photo_async, cancellable, callback, user_data);
}

gboolean
tst_field_book_add_photo_finish (TstFieldBook *self, GAsyncResult *result, TstPhotoResult *photo, GError **error)
{
  TstAct *act = tst_act_finished (self, result, tst_field_book_add_photo_async, error);

  if (act != NULL && photo != NULL)
    {
      *photo = act->photo_result;
      act->photo_result = (TstPhotoResult) { 0 };
    }
  return act != NULL;
}

static void
run_add_capture (TstFieldBook *self, TstAct *act, GCancellable *cancellable, GError **error)
{
  act->capture.photo = act->photo;
  tst_field_book_add_capture (self, &act->capture, act->bytes, &act->photo_result, cancellable, error);
}

void
tst_field_book_add_capture_async (TstFieldBook *self, const TstCaptureSpec *spec, GBytes *bytes, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  TstAct *act = tst_act_new (run_add_capture);

  take_photo_spec (act, &spec->photo);
  act->capture = *spec;
  act->capture.type = g_strdup (spec->type);
  act->capture.device = g_strdup (spec->device);
  act->bytes = g_bytes_ref (bytes);
  tst_act_push (self, act, tst_field_book_add_capture_async, cancellable, callback, user_data);
}

gboolean
tst_field_book_add_capture_finish (TstFieldBook *self, GAsyncResult *result, TstPhotoResult *photo, GError **error)
{
  TstAct *act = tst_act_finished (self, result, tst_field_book_add_capture_async, error);

  if (act != NULL && photo != NULL)
    {
      *photo = act->photo_result;
      act->photo_result = (TstPhotoResult) { 0 };
    }
  return act != NULL;
}
