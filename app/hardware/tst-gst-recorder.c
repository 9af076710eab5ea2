/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-gst-recorder.h"

#include "base/tst-error.h"
#include "base/tst-hand-over.h"
#include "hardware/tst-gst.h"

#include <gst/app/app.h>
#include <math.h>
#include <string.h>

#define AUDIO_LIMIT_MS (10 * 60 * 1000)
#define VIDEO_LIMIT_MS (60 * 1000)
#define TICK_MS 100
/* How long a pipeline may take to write its last bytes. */
#define CLOSING_S 10
/* What is quieter is silence, in dB below full scale. */
#define QUIET_DB 60.0

/* Speech stays clear at 32 kbit/s; a minute of sound is 240 kB, one of film some 11 MB. */
#define SOUND "audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=1 ! level interval=100000000 ! opusenc bitrate=32000 audio-type=voice"
#define FILM \
  "appsrc name=frames format=time is-live=true do-timestamp=true max-buffers=2 leaky-type=downstream block=false ! videorate drop-only=true max-rate=25 !" \
  " videoscale ! video/x-raw,width=[16,960],height=[16,960],pixel-aspect-ratio=1/1 ! videoconvert ! video/x-raw,format=I420 !" \
  " vp8enc deadline=1 cpu-used=8 threads=2 target-bitrate=1500000 keyframe-max-dist=50 !" \
  " queue max-size-time=0 max-size-bytes=0 max-size-buffers=200"

struct _TstGstRecorder
{
  GObject parent_instance;
  gboolean is_video, with_sound;
  char *state, *source;
  double level;
  gint64 elapsed_ms, limit_ms, began_us;
  TstGstWorker *worker;
  GstElement *pipeline; /* (nullable) */
  GOutputStream *memory;
  guint bus_watch, tick, closing;
  GTask *stopping;      /* (nullable) */
  GBytes *bytes;        /* (nullable) whole and not fetched */

  GMutex mutex;         /* guards what follows */
  GstAppSrc *frames;    /* (nullable) */
};

typedef enum
{
  PROP_STATE = 1,
  PROP_LEVEL,
  PROP_ELAPSED_MS,
  PROP_LIMIT_MS,
  PROP_CONTENT_TYPE,
} TstGstRecorderProperty;

static void recorder_iface_init (TstRecorderInterface *iface);
static void play (TstGstRecorder *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (TstGstRecorder, tst_gst_recorder, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TST_TYPE_RECORDER, recorder_iface_init))

static void
set_state (TstGstRecorder *self, const char *state)
{
  if (g_strcmp0 (self->state, state) == 0)
    return;
  g_free (self->state);
  self->state = g_strdup (state);
  g_object_notify (G_OBJECT (self), "state");
}

static void
set_level (TstGstRecorder *self, double level)
{
  self->level = CLAMP (level, 0, 1);
  g_object_notify (G_OBJECT (self), "level");
}

/* --- the end of a recording --- */

static void
end_pipeline (TstGstRecorder *self)
{
  g_mutex_lock (&self->mutex);
  gst_clear_object (&self->frames);
  g_mutex_unlock (&self->mutex);
  g_clear_handle_id (&self->bus_watch, g_source_remove);
  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_handle_id (&self->closing, g_source_remove);
  if (self->pipeline != NULL)
    tst_gst_worker_end (self->worker, g_steal_pointer (&self->pipeline), tst_unref_on_main, g_object_ref (self));
  set_level (self, 0);
}

static void
answer (TstGstRecorder *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->stopping);

  if (task == NULL)
    return;
  if (self->bytes != NULL)
    {
      g_task_set_task_data (task, g_memdup2 (&self->elapsed_ms, sizeof self->elapsed_ms), g_free);
      g_task_return_pointer (task, g_steal_pointer (&self->bytes), (GDestroyNotify) g_bytes_unref);
      set_state (self, "off");
    }
  else
    g_task_return_new_error (task, TST_ERROR, TST_ERROR_IO, "The recording could not be finished. Record it again.");
}

static void
fail (TstGstRecorder *self, const char *state)
{
  end_pipeline (self);
  g_clear_object (&self->memory);
  set_state (self, state);
  answer (self);
}

/* All has been written. */
static void
complete (TstGstRecorder *self)
{
  gboolean by_itself = self->stopping == NULL;

  end_pipeline (self);
  if (self->memory != NULL && g_output_stream_close (self->memory, NULL, NULL))
    self->bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (self->memory));
  g_clear_object (&self->memory);
  if (self->bytes != NULL && g_bytes_get_size (self->bytes) == 0)
    g_clear_pointer (&self->bytes, g_bytes_unref);
  if (by_itself)
    set_state (self, self->bytes != NULL ? "full" : "failed");
  answer (self);
}

static gboolean
on_closing (gpointer user_data)
{
  TstGstRecorder *self = user_data;

  self->closing = 0;
  fail (self, "failed");
  return G_SOURCE_REMOVE;
}

/* A source that waits for a device which gives nothing holds its lock: whoever sends it the end waits with it. Never the main thread. */
static void
send_end (GstElement *pipeline, gpointer data)
{
  gst_element_send_event (pipeline, gst_event_new_eos ());
}

static void
close_recording (TstGstRecorder *self)
{
  if (self->closing != 0)
    return;
  g_clear_handle_id (&self->tick, g_source_remove);
  self->closing = g_timeout_add_seconds (CLOSING_S, on_closing, self);
  gst_element_call_async (self->pipeline, send_end, NULL, NULL);
}

/* --- while it runs --- */

static gboolean
on_tick (gpointer user_data)
{
  TstGstRecorder *self = user_data;

  if (self->began_us == 0)
    return G_SOURCE_CONTINUE;
  self->elapsed_ms = MIN (self->limit_ms, (g_get_monotonic_time () - self->began_us) / 1000);
  g_object_notify (G_OBJECT (self), "elapsed-ms");
  if (self->elapsed_ms >= self->limit_ms)
    {
      self->tick = 0;
      close_recording (self);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

static void
begin (TstGstRecorder *self)
{
  if (self->began_us != 0)
    return;
  self->began_us = g_get_monotonic_time ();
  set_state (self, "recording");
}

/* GStreamer's "level" posts decibels in an old array type. */
static void
read_level (TstGstRecorder *self, const GstStructure *structure)
{
  const GValue *value = gst_structure_get_value (structure, "rms");
  double db = -QUIET_DB;

  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  if (value != NULL && G_VALUE_HOLDS_BOXED (value))
    {
      GValueArray *array = g_value_get_boxed (value);

      if (array->n_values > 0)
        db = g_value_get_double (g_value_array_get_nth (array, 0));
    }
  G_GNUC_END_IGNORE_DEPRECATIONS
  set_level (self, isfinite (db) ? 1 + db / QUIET_DB : 0);
}

static void
on_trouble (TstGstRecorder *self, const GError *error, const char *debug)
{
  const char *trouble = tst_gst_trouble (error, debug);

  g_debug ("recorder: %s (%s)", error->message, debug);
  /* A film without sound is better than none. */
  if (self->is_video && self->with_sound && self->elapsed_ms < 1000 && self->stopping == NULL)
    {
      self->with_sound = FALSE;
      end_pipeline (self);
      g_clear_object (&self->memory);
      play (self);
      return;
    }
  fail (self, g_str_equal (trouble, "lost") || g_str_equal (trouble, "busy") ? "failed" : trouble);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  TstGstRecorder *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;

  switch ((guint) GST_MESSAGE_TYPE (message))
    {
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, &debug);
      on_trouble (self, error, debug);
      return G_SOURCE_CONTINUE;
    case GST_MESSAGE_WARNING:
      /* autoaudiosrc goes on with silence when it found nothing: silence is no recording. */
      gst_message_parse_warning (message, &error, &debug);
      if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND))
        on_trouble (self, error, debug);
      return G_SOURCE_CONTINUE;
    case GST_MESSAGE_ELEMENT:
      if (gst_message_has_name (message, "level"))
        {
          read_level (self, gst_message_get_structure (message));
          begin (self);
        }
      return G_SOURCE_CONTINUE;
    case GST_MESSAGE_STATE_CHANGED:
      if (self->is_video && GST_MESSAGE_SRC (message) == GST_OBJECT (self->pipeline))
        {
          GstState now;

          gst_message_parse_state_changed (message, NULL, &now, NULL);
          if (now == GST_STATE_PLAYING)
            begin (self);
        }
      return G_SOURCE_CONTINUE;
    case GST_MESSAGE_EOS:
      complete (self);
      return G_SOURCE_CONTINUE;
    default:
      return G_SOURCE_CONTINUE;
    }
}

static void
play (TstGstRecorder *self)
{
  const char *source = self->source != NULL ? self->source : "autoaudiosrc";
  g_autofree char *text = NULL;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GError) error = NULL;

  if (!self->is_video)
    text = g_strdup_printf ("%s ! " SOUND " ! oggmux ! giostreamsink name=out sync=false", source);
  else if (self->with_sound)
    text = g_strdup_printf (FILM " ! webmmux name=mux ! giostreamsink name=out sync=false %s ! " SOUND " ! queue ! mux.", source);
  else
    text = g_strdup (FILM " ! webmmux ! giostreamsink name=out sync=false");
  self->began_us = 0;
  self->pipeline = tst_gst_init () ? gst_parse_launch (text, &error) : NULL;
  if (self->pipeline == NULL)
    {
      if (error != NULL)
        g_debug ("recorder: %s", error->message);
      fail (self, "missing");
      return;
    }
  self->memory = g_memory_output_stream_new_resizable ();
  sink = gst_bin_get_by_name (GST_BIN (self->pipeline), "out");
  g_object_set (sink, "stream", self->memory, NULL);
  if (self->is_video)
    {
      g_mutex_lock (&self->mutex);
      self->frames = GST_APP_SRC (gst_bin_get_by_name (GST_BIN (self->pipeline), "frames"));
      g_mutex_unlock (&self->mutex);
    }
  else
    {
      /* Test sources know no clock unless they are told. */
      GstIterator *sources = gst_bin_iterate_sources (GST_BIN (self->pipeline));
      GValue item = G_VALUE_INIT;

      while (gst_iterator_next (sources, &item) == GST_ITERATOR_OK)
        {
          GObject *element = g_value_get_object (&item);

          if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), "is-live") != NULL)
            g_object_set (element, "is-live", TRUE, NULL);
          g_value_reset (&item);
        }
      g_value_unset (&item);
      gst_iterator_free (sources);
    }
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch = gst_bus_add_watch (bus, on_message, self);
  self->tick = g_timeout_add (TICK_MS, on_tick, self);
  tst_gst_worker_play (self->worker, self->pipeline);
}

void
tst_gst_recorder_push_frame (TstGstRecorder *self, GstSample *sample)
{
  g_mutex_lock (&self->mutex);
  if (self->frames != NULL)
    {
      /* Stamped anew: the camera's clock is another pipeline's. */
      g_autoptr (GstBuffer) buffer = gst_buffer_copy (gst_sample_get_buffer (sample));
      g_autoptr (GstSample) mine = NULL;

      GST_BUFFER_PTS (buffer) = GST_CLOCK_TIME_NONE;
      GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
      mine = gst_sample_new (buffer, gst_sample_get_caps (sample), NULL, NULL);
      gst_app_src_push_sample (self->frames, mine);
    }
  g_mutex_unlock (&self->mutex);
}

/* --- the interface --- */

static void
recorder_start (TstRecorder *recorder, gint64 limit_ms)
{
  TstGstRecorder *self = TST_GST_RECORDER (recorder);

  tst_recorder_discard (recorder);
  self->limit_ms = MIN (limit_ms, self->is_video ? VIDEO_LIMIT_MS : AUDIO_LIMIT_MS);
  self->elapsed_ms = 0;
  self->with_sound = TRUE;
  g_object_notify (G_OBJECT (self), "limit-ms");
  g_object_notify (G_OBJECT (self), "elapsed-ms");
  set_state (self, "starting");
  play (self);
}

static void
recorder_stop_async (TstRecorder *recorder, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  TstGstRecorder *self = TST_GST_RECORDER (recorder);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  if (self->stopping != NULL || (self->pipeline == NULL && self->bytes == NULL))
    {
      g_task_return_new_error (task, TST_ERROR, TST_ERROR_WRONG_STATE, "Nothing was recorded.");
      g_object_unref (task);
      return;
    }
  self->stopping = task;
  if (self->pipeline != NULL)
    close_recording (self);
  else
    answer (self);
}

static GBytes *
recorder_stop_finish (TstRecorder *recorder, GAsyncResult *result, gint64 *duration_ms, GError **error)
{
  const gint64 *duration = g_task_get_task_data (G_TASK (result));

  if (duration_ms != NULL)
    *duration_ms = duration != NULL ? *duration : 0;
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
recorder_discard (TstRecorder *recorder)
{
  TstGstRecorder *self = TST_GST_RECORDER (recorder);

  g_clear_pointer (&self->bytes, g_bytes_unref);
  if (self->pipeline != NULL || !g_str_equal (self->state, "off"))
    fail (self, "off");
}

static void
recorder_iface_init (TstRecorderInterface *iface)
{
  iface->start = recorder_start;
  iface->stop_async = recorder_stop_async;
  iface->stop_finish = recorder_stop_finish;
  iface->discard = recorder_discard;
}

/* --- the object --- */

static void
tst_gst_recorder_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstGstRecorder *self = TST_GST_RECORDER (object);

  switch ((TstGstRecorderProperty) id)
    {
    case PROP_STATE:
      g_value_set_string (value, self->state);
      break;
    case PROP_LEVEL:
      g_value_set_double (value, self->level);
      break;
    case PROP_ELAPSED_MS:
      g_value_set_int64 (value, self->elapsed_ms);
      break;
    case PROP_LIMIT_MS:
      g_value_set_int64 (value, self->limit_ms);
      break;
    case PROP_CONTENT_TYPE:
      g_value_set_static_string (value, self->is_video ? "video/webm" : "audio/ogg");
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_gst_recorder_dispose (GObject *object)
{
  TstGstRecorder *self = TST_GST_RECORDER (object);

  g_clear_handle_id (&self->bus_watch, g_source_remove);
  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_handle_id (&self->closing, g_source_remove);
  g_mutex_lock (&self->mutex);
  gst_clear_object (&self->frames);
  g_mutex_unlock (&self->mutex);
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->pipeline);
  g_clear_object (&self->memory);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  answer (self);
  G_OBJECT_CLASS (tst_gst_recorder_parent_class)->dispose (object);
}

static void
tst_gst_recorder_finalize (GObject *object)
{
  TstGstRecorder *self = TST_GST_RECORDER (object);

  tst_gst_worker_free (self->worker);
  g_free (self->state);
  g_free (self->source);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (tst_gst_recorder_parent_class)->finalize (object);
}

static void
tst_gst_recorder_class_init (TstGstRecorderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_gst_recorder_get_property;
  object_class->dispose = tst_gst_recorder_dispose;
  object_class->finalize = tst_gst_recorder_finalize;
  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_LEVEL, "level");
  g_object_class_override_property (object_class, PROP_ELAPSED_MS, "elapsed-ms");
  g_object_class_override_property (object_class, PROP_LIMIT_MS, "limit-ms");
  g_object_class_override_property (object_class, PROP_CONTENT_TYPE, "content-type");
}

static void
tst_gst_recorder_init (TstGstRecorder *self)
{
  g_mutex_init (&self->mutex);
  self->state = g_strdup ("off");
  self->worker = tst_gst_worker_new ();
}

TstGstRecorder *
tst_gst_recorder_new (const char *source)
{
  TstGstRecorder *self = g_object_new (TST_TYPE_GST_RECORDER, NULL);

  self->source = g_strdup (source);
  return self;
}

TstGstRecorder *
tst_gst_recorder_new_video (void)
{
  TstGstRecorder *self = g_object_new (TST_TYPE_GST_RECORDER, NULL);

  self->is_video = TRUE;
  return self;
}

void
tst_gst_recorder_set_source (TstGstRecorder *self, const char *source)
{
  g_free (self->source);
  self->source = g_strdup (source);
}
