/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-capture-queue.h"

#include "base/tst-error.h"
#include "journal/tst-capture.h"
#include "journal/tst-field-book-async.h"
#include "record/tst-body.h"

#include <math.h>
#include <time.h>

#define LIMIT 8
/* Room for the database, its journal and what else the tablet does. */
#define RESERVE (G_GUINT64_CONSTANT (200) * 1000 * 1000)
/* What a photo takes until one was saved. */
#define USUAL_BYTES (4.0 * 1000 * 1000)
/* How often the disk is asked again, in saved photos. */
#define ASK_EVERY 10

struct _TstCaptureQueue
{
  GObject parent_instance;
  TstSession *session;
  char *event, *work, *phase, *item, *viewpoint, *need;
  guint limit, waiting, since_asked;
  guint64 reserve;
  double free_bytes, usual_bytes; /* @free_bytes < 0: not known yet */
  gboolean has_pin, asking;
  TstPlace pin;
  GPtrArray *failed; /* of Job */
};

typedef enum
{
  PROP_WAITING = 1,
  PROP_FULL,
  PROP_ROOM,
  PROP_FAILED,
  PROP_LIMIT,
  PROP_RESERVE,
} TstCaptureQueueProperty;

static GParamSpec *properties[PROP_RESERVE + 1];

enum
{
  SAVED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstCaptureQueue, tst_capture_queue, G_TYPE_OBJECT)

/* One capture on its way: where and when it was is fixed at the shutter. */
typedef struct
{
  TstCaptureQueue *queue;
  TstShot *shot;
  char *event, *work, *phase, *item, *viewpoint, *need, *device;
  gboolean has_fix;
  TstFix fix;
  gint64 mono_us, duration_ms;
  GBytes *bytes;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_object (&job->queue);
  g_object_unref (job->shot);
  g_free (job->event);
  g_free (job->work);
  g_free (job->phase);
  g_free (job->item);
  g_free (job->viewpoint);
  g_free (job->need);
  g_free (job->device);
  g_clear_pointer (&job->bytes, g_bytes_unref);
  g_free (job);
}

static gint64
boottime_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* --- room --- */

static guint
get_room (TstCaptureQueue *self)
{
  double left;

  if (self->free_bytes < 0)
    return G_MAXUINT;
  left = (self->free_bytes - self->reserve) / self->usual_bytes - self->waiting;
  return left < 1 ? 0 : left > G_MAXINT ? G_MAXINT : (guint) left;
}

static gboolean
is_full (TstCaptureQueue *self)
{
  return self->waiting >= self->limit || get_room (self) == 0;
}

static void
notify_load (TstCaptureQueue *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WAITING]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FULL]);
}

static void
on_status (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstCaptureQueue) self = user_data;
  g_autoptr (JsonObject) status = tst_field_book_object_finish (TST_FIELD_BOOK (source), result, NULL);

  self->asking = FALSE;
  if (status == NULL)
    return;
  self->free_bytes = (double) json_object_get_int_member (status, "free_bytes");
  notify_load (self);
}

static void
ask_room (TstCaptureQueue *self)
{
  TstFieldBook *book = tst_session_get_book (self->session);

  if (book == NULL || self->asking)
    return;
  self->asking = TRUE;
  self->since_asked = 0;
  tst_field_book_status_async (book, NULL, on_status, g_object_ref (self));
}

/* --- saving --- */

static void
leave (Job *job, const GError *error)
{
  TstCaptureQueue *self = job->queue;

  self->waiting--;
  if (error == NULL)
    {
      g_signal_emit (self, signals[SAVED], 0, job->shot);
      tst_session_saved (self->session);
      notify_load (self);
      job_free (job);
      return;
    }
  tst_shot_set_state (job->shot, "failed", tst_error_code (error));
  if (job->bytes != NULL)
    {
      g_object_unref (g_steal_pointer (&job->queue)); /* the queue holds the job now */
      g_ptr_array_add (self->failed, job);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAILED]);
    }
  ask_room (self);
  notify_load (self);
  if (job->queue != NULL)
    job_free (job);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job *job = user_data;
  TstCaptureQueue *self = job->queue;
  g_autoptr (GError) error = NULL;
  TstPhotoResult photo = { 0 };

  if (tst_field_book_add_capture_finish (TST_FIELD_BOOK (source), result, &photo, &error))
    {
      const double bytes = (double) photo.media.bytes;

      self->free_bytes = self->free_bytes < 0 ? self->free_bytes : MAX (0, self->free_bytes - bytes);
      if (g_str_equal (tst_shot_get_content_type (job->shot), "image/jpeg"))
        self->usual_bytes = MAX (0.8 * self->usual_bytes + 0.2 * bytes, bytes / 2);
      tst_shot_set_saved (job->shot, photo.id);
      tst_photo_result_clear (&photo);
      if (++self->since_asked >= ASK_EVERY)
        ask_room (self);
    }
  leave (job, error);
}

static void
save (Job *job)
{
  TstFieldBook *book = tst_session_get_book (job->queue->session);
  TstCaptureSpec spec = { .photo = { .event_id = job->event, .work = job->work, .phase = job->phase, .item = job->item,
                                     .viewpoint = job->viewpoint, .need = job->need, .place = job->has_fix ? &job->fix.place : NULL },
                          .type = tst_shot_get_content_type (job->shot), .mono_us = job->mono_us, .place_utc_us = job->fix.utc_us,
                          .duration_ms = job->duration_ms, .device = job->device };

  if (book == NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (TST_ERROR, TST_ERROR_LOCKED, "The data folder is closed");

      leave (job, error);
      return;
    }
  tst_shot_set_state (job->shot, "saving", NULL);
  tst_field_book_add_capture_async (book, &spec, job->bytes, NULL, on_saved, job);
}

static void
on_still (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) facts = NULL;

  job->bytes = tst_camera_capture_finish (TST_CAMERA (source), result, &facts, &error);
  if (job->bytes == NULL)
    {
      leave (job, error);
      return;
    }
  if (json_object_has_member (facts, "mono_us"))
    job->mono_us = json_object_get_int_member (facts, "mono_us");
  job->device = g_strdup (tst_json_string (facts, "device"));
  save (job);
}

static Job *
job_new (TstCaptureQueue *self, const char *type, GdkTexture *picture)
{
  Job *job = g_new0 (Job, 1);

  job->queue = g_object_ref (self);
  job->shot = tst_shot_new (type, picture);
  job->event = g_strdup (self->event);
  job->work = g_strdup (self->work);
  job->phase = g_strdup (self->phase);
  job->item = g_strdup (self->item);
  job->viewpoint = g_strdup (self->viewpoint);
  job->need = g_strdup (self->need);
  job->mono_us = boottime_us ();
  job->has_fix = tst_capture_queue_get_place (self, &job->fix);
  self->waiting++;
  return job;
}

TstShot *
tst_capture_queue_shoot (TstCaptureQueue *self, GdkTexture *picture)
{
  TstCamera *camera;
  Job *job;
  TstShot *shot;

  g_return_val_if_fail (TST_IS_CAPTURE_QUEUE (self), NULL);
  camera = tst_session_get_camera (self->session);
  if (camera == NULL || is_full (self))
    return NULL;
  job = job_new (self, "image/jpeg", picture);
  shot = job->shot;
  notify_load (self);
  tst_camera_capture_async (camera, NULL, on_still, job);
  return shot;
}

TstShot *
tst_capture_queue_add_recording (TstCaptureQueue *self, const char *type, GBytes *bytes, gint64 duration_ms, GdkTexture *picture)
{
  Job *job;
  TstShot *shot;

  g_return_val_if_fail (TST_IS_CAPTURE_QUEUE (self), NULL);
  job = job_new (self, type, picture);
  shot = job->shot;
  job->bytes = g_bytes_ref (bytes);
  job->duration_ms = duration_ms;
  job->mono_us -= duration_ms * 1000;
  notify_load (self);
  save (job);
  return shot;
}

void
tst_capture_queue_retry (TstCaptureQueue *self)
{
  g_autoptr (GPtrArray) again = NULL;

  g_return_if_fail (TST_IS_CAPTURE_QUEUE (self));
  again = g_steal_pointer (&self->failed);
  self->failed = g_ptr_array_new_with_free_func (job_free);
  g_ptr_array_set_free_func (again, NULL);
  for (guint i = 0; i < again->len; i++)
    {
      Job *job = again->pdata[i];

      job->queue = g_object_ref (self);
      self->waiting++;
      save (job);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAILED]);
  notify_load (self);
}

void
tst_capture_queue_forget (TstCaptureQueue *self)
{
  g_return_if_fail (TST_IS_CAPTURE_QUEUE (self));
  g_ptr_array_set_size (self->failed, 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAILED]);
}

/* --- where --- */

void
tst_capture_queue_set_pin (TstCaptureQueue *self, const TstPlace *pin)
{
  g_return_if_fail (TST_IS_CAPTURE_QUEUE (self));
  self->has_pin = pin != NULL;
  if (pin != NULL)
    {
      self->pin = *pin;
      self->pin.source = "pin";
    }
}

gboolean
tst_capture_queue_get_place (TstCaptureQueue *self, TstFix *fix)
{
  TstLocation *location;

  g_return_val_if_fail (TST_IS_CAPTURE_QUEUE (self), FALSE);
  location = tst_session_get_location (self->session);
  if (self->has_pin)
    {
      /* The person says where they stand; where the camera looks they do not know better than the compass. */
      *fix = (TstFix) { .place = self->pin, .speed_ms = NAN };
      if (location != NULL)
        tst_location_get_heading (location, &fix->place);
      return TRUE;
    }
  if (location != NULL)
    return tst_location_get_fix (location, fix);
  *fix = (TstFix) { .speed_ms = NAN };
  return tst_session_get_position (self->session, &fix->place);
}

/* --- the object --- */

static void
tst_capture_queue_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstCaptureQueue *self = TST_CAPTURE_QUEUE (object);

  switch ((TstCaptureQueueProperty) id)
    {
    case PROP_WAITING:
      g_value_set_uint (value, self->waiting);
      break;
    case PROP_FULL:
      g_value_set_boolean (value, is_full (self));
      break;
    case PROP_ROOM:
      g_value_set_uint (value, get_room (self));
      break;
    case PROP_FAILED:
      g_value_set_uint (value, self->failed->len);
      break;
    case PROP_LIMIT:
      g_value_set_uint (value, self->limit);
      break;
    case PROP_RESERVE:
      g_value_set_uint64 (value, self->reserve);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_capture_queue_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TstCaptureQueue *self = TST_CAPTURE_QUEUE (object);

  if (id == PROP_LIMIT)
    self->limit = g_value_get_uint (value);
  else if (id == PROP_RESERVE)
    self->reserve = g_value_get_uint64 (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  notify_load (self);
}

static void
clear_target (TstCaptureQueue *self)
{
  g_clear_pointer (&self->event, g_free);
  g_clear_pointer (&self->work, g_free);
  g_clear_pointer (&self->phase, g_free);
  g_clear_pointer (&self->item, g_free);
  g_clear_pointer (&self->viewpoint, g_free);
  g_clear_pointer (&self->need, g_free);
}

static void
tst_capture_queue_finalize (GObject *object)
{
  TstCaptureQueue *self = TST_CAPTURE_QUEUE (object);

  clear_target (self);
  g_ptr_array_unref (self->failed);
  g_object_unref (self->session);
  G_OBJECT_CLASS (tst_capture_queue_parent_class)->finalize (object);
}

static void
tst_capture_queue_class_init (TstCaptureQueueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags rw = ro | G_PARAM_WRITABLE;

  object_class->get_property = tst_capture_queue_get_property;
  object_class->set_property = tst_capture_queue_set_property;
  object_class->finalize = tst_capture_queue_finalize;
  properties[PROP_WAITING] = g_param_spec_uint ("waiting", NULL, NULL, 0, G_MAXUINT, 0, ro);
  properties[PROP_FULL] = g_param_spec_boolean ("full", NULL, NULL, FALSE, ro);
  properties[PROP_ROOM] = g_param_spec_uint ("room", NULL, NULL, 0, G_MAXUINT, G_MAXUINT, ro);
  properties[PROP_FAILED] = g_param_spec_uint ("failed", NULL, NULL, 0, G_MAXUINT, 0, ro);
  properties[PROP_LIMIT] = g_param_spec_uint ("limit", NULL, NULL, 1, 64, LIMIT, rw);
  properties[PROP_RESERVE] = g_param_spec_uint64 ("reserve", NULL, NULL, 0, G_MAXUINT64, RESERVE, rw);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[SAVED] = g_signal_new ("saved", TST_TYPE_CAPTURE_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, TST_TYPE_SHOT);
}

static void
tst_capture_queue_init (TstCaptureQueue *self)
{
  self->limit = LIMIT;
  self->reserve = RESERVE;
  self->free_bytes = -1;
  self->usual_bytes = USUAL_BYTES;
  self->failed = g_ptr_array_new_with_free_func (job_free);
}

void
tst_capture_queue_set_target (TstCaptureQueue *self, const TstCaptureTarget *target)
{
  g_return_if_fail (TST_IS_CAPTURE_QUEUE (self) && target->event_id != NULL);
  clear_target (self);
  self->event = g_strdup (target->event_id);
  self->work = g_strdup (target->work);
  self->phase = g_strdup (target->phase);
  self->item = g_strdup (target->item);
  self->viewpoint = g_strdup (target->viewpoint);
  self->need = g_strdup (target->need);
}

TstCaptureQueue *
tst_capture_queue_new (TstSession *session, const TstCaptureTarget *target)
{
  TstCaptureQueue *self = g_object_new (TST_TYPE_CAPTURE_QUEUE, NULL);

  self->session = g_object_ref (session);
  tst_capture_queue_set_target (self, target);
  ask_room (self);
  return self;
}
