/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "hardware/tst-camera-devices.h"
#include "hardware/tst-gst-camera.h"
#include "hardware/tst-gst-recorder.h"
#include "hardware/tst-gst.h"
#include "media/tst-image-info.h"
#include "media/tst-picture.h"
#include "wait-until.h"

#include <gst/app/app.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  TstCamera *camera;
  guint frames, gray, width, height;
  guint stills, failed;
  gint64 last_mono_us;
  GBytes *still;
  JsonObject *facts;
  GError *error;
} Look;

static void
on_frame (TstCamera *camera, GBytes *pixels, guint width, guint height, guint stride, Look *look)
{
  g_assert_cmpuint (g_bytes_get_size (pixels), ==, (gsize) stride * height);
  g_assert_cmpuint (stride, >=, width * 4);
  look->width = width;
  look->height = height;
  look->frames++;
}

static void
on_gray (TstCamera *camera, GBytes *pixels, guint width, guint height, guint stride, Look *look)
{
  g_assert_cmpuint (g_bytes_get_size (pixels), ==, (gsize) stride * height);
  look->gray++;
}

static void
on_still (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Look *look = user_data;

  g_clear_pointer (&look->still, g_bytes_unref);
  g_clear_pointer (&look->facts, json_object_unref);
  g_clear_error (&look->error);
  look->still = tst_camera_capture_finish (TST_CAMERA (source), result, &look->facts, &look->error);
  look->stills += look->still != NULL;
  look->failed += look->still == NULL;
  if (look->still != NULL)
    {
      gint64 mono_us = json_object_get_int_member (look->facts, "mono_us");

      g_assert_cmpint (mono_us, >, look->last_mono_us);
      look->last_mono_us = mono_us;
    }
}

static Look *
look_new (const char *spec)
{
  Look *look = g_new0 (Look, 1);

  look->camera = TST_CAMERA (tst_gst_camera_new (spec));
  g_signal_connect (look->camera, "frame", G_CALLBACK (on_frame), look);
  g_signal_connect (look->camera, "gray-frame", G_CALLBACK (on_gray), look);
  return look;
}

static void
look_free (Look *look)
{
  g_object_add_weak_pointer (G_OBJECT (look->camera), (gpointer *) &look->camera);
  g_object_unref (look->camera);
  wait_until (look->camera == NULL);
  g_clear_pointer (&look->still, g_bytes_unref);
  g_clear_pointer (&look->facts, json_object_unref);
  g_clear_error (&look->error);
  g_free (look);
}

/* Preview small, still whole, and the device free again afterwards. */
static void
test_raw (void)
{
  Look *look = look_new ("videotestsrc pattern=smpte ! video/x-raw,format=YUY2,width=1920,height=1080,framerate=15/1");
  g_autoptr (TstImageInfo) info = NULL;
  g_autoptr (TstPicture) picture = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (is_state (look->camera, "off"));
  tst_camera_capture_async (look->camera, NULL, on_still, look);
  wait_until (look->failed == 1);
  g_assert_error (look->error, TST_ERROR, TST_ERROR_WRONG_STATE);
  tst_camera_start (look->camera);
  tst_camera_start (look->camera);
  g_assert_true (is_state (look->camera, "starting"));
  wait_until (look->frames >= 3);
  g_assert_true (is_state (look->camera, "live"));
  g_assert_cmpuint (look->width, ==, 1280);
  g_assert_cmpuint (look->height, ==, 720);
  g_assert_cmpuint (look->gray, ==, 0);
  tst_camera_capture_async (look->camera, NULL, on_still, look);
  wait_until (look->stills == 1);
  g_assert_cmpstr (json_object_get_string_member (look->facts, "encoder"), ==, "testigo");
  info = tst_image_info_read_bytes (look->still, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (info->width, ==, 1920);
  g_assert_cmpuint (info->height, ==, 1080);
  picture = tst_picture_decode (look->still, 1, 0, TRUE, &error);
  g_assert_no_error (error);
  /* The first bar of the test picture is nearly white, and no channel is another's. */
  g_assert_cmpuint (picture->pixels[0], >, 170);
  g_assert_cmpint (ABS (picture->pixels[0] - picture->pixels[2]), <, 12);

  g_object_set (look->camera, "gray-wanted", TRUE, NULL);
  wait_until (look->gray >= 2);
  tst_camera_stop (look->camera);
  g_assert_true (is_state (look->camera, "live"));
  tst_camera_stop (look->camera);
  g_assert_true (is_state (look->camera, "off"));
  look_free (look);
}

/* One that was named tells its sizes once it is open, and gives the one that is asked for, also when that was asked before it could be known. */
static void
test_resolution (void)
{
  Look *look = look_new ("videotestsrc ! capsfilter caps=\"video/x-raw,format=YUY2,width=640,height=480,framerate=15/1;"
                         "video/x-raw,format=YUY2,width=1280,height=720,framerate=15/1;video/x-raw,format=YUY2,width=320,height=240,framerate=15/1\"");
  g_autoptr (GPtrArray) devices = tst_camera_list_devices (look->camera);
  const TstCameraDevice *device;

  g_assert_cmpuint (devices->len, ==, 0);
  g_object_set (look->camera, "resolution", "320x240", NULL);
  tst_camera_start (look->camera);
  wait_until (look->width == 320);
  g_clear_pointer (&devices, g_ptr_array_unref);
  devices = tst_camera_list_devices (look->camera);
  g_assert_cmpuint (devices->len, ==, 1);
  device = devices->pdata[0];
  g_assert_cmpuint (g_strv_length (device->resolutions), ==, 3);
  g_assert_cmpstr (device->resolutions[0], ==, "1280x720");
  g_assert_cmpstr (device->resolutions[1], ==, "640x480");
  g_assert_cmpstr (device->resolutions[2], ==, "320x240");
  g_object_set (look->camera, "resolution", "1280x720", NULL);
  wait_until (look->width == 1280 && is_state (look->camera, "live"));
  /* On a busy machine its silence may be taken for a loss, and what was asked for is refused: once more then. */
  while (look->stills == 0)
    {
      guint failed = look->failed;

      tst_camera_capture_async (look->camera, NULL, on_still, look);
      wait_until (look->stills == 1 || look->failed > failed);
      wait_until (is_state (look->camera, "live"));
    }
  g_assert_cmpint (json_object_get_int_member (look->facts, "width"), ==, 1280);
  g_assert_cmpint (json_object_get_int_member (look->facts, "height"), ==, 720);
  tst_camera_stop (look->camera);
  look_free (look);
}

/* A camera that gives JPEG: its own bytes, every one of them. */
static void
test_own_jpeg (void)
{
  Look *look = look_new ("videotestsrc pattern=ball ! video/x-raw,width=640,height=480,framerate=30/1 ! jpegenc quality=60");
  gsize size;
  const guint8 *data;

  tst_camera_start (look->camera);
  wait_until (look->frames >= 1);
  g_assert_cmpuint (look->width, ==, 640);
  for (guint i = 0; i < 12; i++)
    tst_camera_capture_async (look->camera, NULL, on_still, look);
  wait_until (look->stills == 12);
  g_assert_cmpstr (json_object_get_string_member (look->facts, "encoder"), ==, "camera");
  data = g_bytes_get_data (look->still, &size);
  g_assert_cmpmem (data, 2, "\xff\xd8", 2);
  g_assert_cmpmem (data + size - 2, 2, "\xff\xd9", 2);
  tst_camera_stop (look->camera);
  look_free (look);
}

/* It goes away while it is looked through and while a still is on its way; it is taken again when it is back. */
static void
test_lost_and_back (void)
{
  Look *look = look_new ("videotestsrc num-buffers=20 ! video/x-raw,width=320,height=240,framerate=20/1");
  guint frames, refused;

  tst_camera_start (look->camera);
  wait_until (look->frames >= 2);
  /* It comes back by itself, perhaps between the look and the act: once more then. */
  while (!g_error_matches (look->error, TST_ERROR, TST_ERROR_WRONG_STATE))
    {
      guint done = look->stills + look->failed;

      wait_until (is_state (look->camera, "lost"));
      tst_camera_capture_async (look->camera, NULL, on_still, look);
      wait_until (look->stills + look->failed > done);
    }
  frames = look->frames;
  wait_until (look->frames > frames);
  refused = look->failed;
  /* Until one of them is caught by the end. */
  while (look->failed == refused)
    {
      guint done = look->stills + look->failed;

      tst_camera_capture_async (look->camera, NULL, on_still, look);
      wait_until (look->stills + look->failed > done);
    }
  g_assert_nonnull (look->error);
  wait_until (is_state (look->camera, "lost"));
  tst_camera_stop (look->camera);
  look_free (look);
}

static void
test_missing (void)
{
  static const char *const specs[] = { "/dev/video-there-is-none", "nosuchelement", "auto" };

  for (guint i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      Look *look = look_new (specs[i]);

      if (g_str_equal (specs[i], "auto") && g_file_test ("/dev/video0", G_FILE_TEST_EXISTS))
        {
          look_free (look);
          continue;
        }
      tst_camera_start (look->camera);
      wait_until (is_state (look->camera, "missing"));
      tst_camera_stop (look->camera);
      g_assert_true (is_state (look->camera, "off"));
      look_free (look);
    }
}

/* What makers offer, and what is taken of it. */
static void
test_modes (void)
{
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GArray) modes = NULL;
  TstCameraMode mode;

  tst_gst_init ();
  caps = gst_caps_from_string ("video/x-raw,format=YUY2,width=640,height=480,framerate={30/1,15/1};"
                               "video/x-raw,format=YUY2,width=4000,height=3000,framerate=1/1;"
                               "image/jpeg,width=1920,height=1080,framerate=30/1;video/x-raw,format=YUY2,width=1920,height=1080,framerate=5/1;"
                               "image/jpeg,width=640,height=480,framerate=[1/1,60/1];video/x-raw,width=[1,2147483647],height=[1,2147483647]");
  modes = tst_camera_modes (caps);
  g_assert_cmpuint (modes->len, ==, 5);
  g_assert_true (tst_camera_choose_mode (modes, "", &mode));
  g_assert_cmpuint (mode.width, ==, 1920);
  g_assert_true (mode.jpeg);
  g_assert_true (tst_camera_choose_mode (modes, "4000x3000", &mode));
  g_assert_cmpuint (mode.width, ==, 4000);
  g_assert_true (tst_camera_choose_mode (modes, "640x480", &mode));
  g_assert_true (mode.jpeg);
  g_assert_cmpfloat (mode.rate, ==, 60);
  g_assert_true (tst_camera_choose_mode (modes, "123x45", &mode));
  g_assert_cmpuint (mode.width, ==, 1920);
}

/* --- recordings --- */

typedef struct
{
  GBytes *bytes;
  gint64 duration_ms;
  GError *error;
  gboolean done;
} Recorded;

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Recorded *recorded = user_data;

  recorded->bytes = tst_recorder_stop_finish (TST_RECORDER (source), result, &recorded->duration_ms, &recorded->error);
  recorded->done = TRUE;
}

static void
recorded_clear (Recorded *recorded)
{
  g_clear_pointer (&recorded->bytes, g_bytes_unref);
  g_clear_error (&recorded->error);
  recorded->done = FALSE;
}

static gint64
get_int (gpointer object, const char *name)
{
  gint64 value;

  g_object_get (object, name, &value, NULL);
  return value;
}

/* How long GStreamer's own reader finds it to be, in ms; −1: it cannot be played. */
static gint64
played_ms (GBytes *bytes, const char *demuxer, const char *decoder)
{
  g_autofree char *text = g_strdup_printf ("appsrc name=in ! %s ! %s ! fakesink sync=false name=out", demuxer, decoder);
  g_autoptr (GstElement) pipeline = gst_parse_launch (text, NULL);
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstSample) last = NULL;
  gint64 ms = -1;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_app_src_push_buffer (GST_APP_SRC (in), gst_buffer_new_wrapped_bytes (bytes));
  gst_app_src_end_of_stream (GST_APP_SRC (in));
  message = gst_bus_timed_pop_filtered (bus, DEADLINE_S * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_object_get (out, "last-sample", &last, NULL);
  if (message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS && last != NULL)
    ms = (gint64) (GST_BUFFER_PTS (gst_sample_get_buffer (last)) / GST_MSECOND);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return ms;
}

static void
test_voice (void)
{
  TstRecorder *recorder = TST_RECORDER (tst_gst_recorder_new ("audiotestsrc wave=sine volume=0.5"));
  Recorded recorded = { 0 };
  double level = 0;

  g_assert_true (is_state (recorder, "off"));
  tst_recorder_stop_async (recorder, NULL, on_stopped, &recorded);
  wait_until (recorded.done);
  g_assert_error (recorded.error, TST_ERROR, TST_ERROR_WRONG_STATE);
  recorded_clear (&recorded);

  tst_recorder_start (recorder, 60000);
  wait_until (is_state (recorder, "recording"));
  wait_until (get_int (recorder, "elapsed-ms") >= 1200);
  g_object_get (recorder, "level", &level, NULL);
  g_assert_cmpfloat (level, >, 0.5);
  tst_recorder_stop_async (recorder, NULL, on_stopped, &recorded);
  wait_until (recorded.done);
  g_assert_no_error (recorded.error);
  g_assert_cmpmem (g_bytes_get_data (recorded.bytes, NULL), 4, "OggS", 4);
  g_assert_cmpint (recorded.duration_ms, >=, 1200);
  g_assert_cmpint (played_ms (recorded.bytes, "oggdemux", "opusdec"), >=, 800);
  g_assert_true (is_state (recorder, "off"));
  recorded_clear (&recorded);

  /* The limit ends it; what there is waits. */
  tst_recorder_start (recorder, 500);
  wait_until (is_state (recorder, "full"));
  g_assert_cmpint (get_int (recorder, "elapsed-ms"), ==, 500);
  tst_recorder_stop_async (recorder, NULL, on_stopped, &recorded);
  wait_until (recorded.done);
  g_assert_no_error (recorded.error);
  recorded_clear (&recorded);

  tst_recorder_start (recorder, 5000);
  wait_until (is_state (recorder, "recording"));
  tst_recorder_discard (recorder);
  g_assert_true (is_state (recorder, "off"));
  g_object_add_weak_pointer (G_OBJECT (recorder), (gpointer *) &recorder);
  g_object_unref (recorder);
  wait_until (recorder == NULL);
}

static void
test_no_microphone (void)
{
  TstRecorder *recorder = TST_RECORDER (tst_gst_recorder_new ("filesrc location=/nowhere/microphone ! audio/x-raw,rate=8000,channels=1,format=S16LE"));

  tst_recorder_start (recorder, 1000);
  wait_until (is_state (recorder, "missing"));
  g_object_add_weak_pointer (G_OBJECT (recorder), (gpointer *) &recorder);
  g_object_unref (recorder);
  wait_until (recorder == NULL);
}

/* A microphone as a broken driver gives it: it opens, yields nothing, and whoever sends it the end waits until it is let go. */
typedef struct
{
  GstElement parent_instance;
} DeafSource;

typedef GstElementClass DeafSourceClass;

static GType deaf_source_get_type (void);
G_DEFINE_TYPE (DeafSource, deaf_source, GST_TYPE_ELEMENT)

static GstStaticPadTemplate deaf_pad = GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("audio/x-raw"));
static GMutex deaf_mutex;
static GCond deaf_cond;
static gboolean deaf_asked, deaf_let_go;

static gboolean
deaf_source_send_event (GstElement *element, GstEvent *event)
{
  gint64 end = g_get_monotonic_time () + 3 * G_TIME_SPAN_SECOND;

  gst_event_unref (event);
  g_mutex_lock (&deaf_mutex);
  deaf_asked = TRUE;
  g_cond_broadcast (&deaf_cond);
  while (!deaf_let_go && g_cond_wait_until (&deaf_cond, &deaf_mutex, end))
    ;
  g_mutex_unlock (&deaf_mutex);
  return TRUE;
}

static void
deaf_source_class_init (DeafSourceClass *klass)
{
  klass->send_event = deaf_source_send_event;
  gst_element_class_add_static_pad_template (klass, &deaf_pad);
  gst_element_class_set_static_metadata (klass, "Deaf source", "Source/Audio", "Gives nothing and does not end", "Testigo");
}

static void
deaf_source_init (DeafSource *self)
{
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);
  gst_element_add_pad (GST_ELEMENT (self), gst_pad_new_from_static_template (&deaf_pad, "src"));
}

static void
wait_until_asked (void)
{
  gint64 end = g_get_monotonic_time () + DEADLINE_S * G_TIME_SPAN_SECOND;

  g_mutex_lock (&deaf_mutex);
  while (!deaf_asked)
    g_assert_true (g_cond_wait_until (&deaf_cond, &deaf_mutex, end));
  g_mutex_unlock (&deaf_mutex);
}

/* The screen goes on while a device does not answer: ending a recording waits for it elsewhere. */
static void
test_deaf_microphone (void)
{
  TstRecorder *recorder;
  Recorded recorded = { 0 };
  gint64 begun;

  g_assert_true (tst_gst_init ());
  g_assert_true (gst_element_register (NULL, "tstdeafsrc", GST_RANK_NONE, deaf_source_get_type ()));
  recorder = TST_RECORDER (tst_gst_recorder_new ("tstdeafsrc"));
  tst_recorder_start (recorder, 60000);
  g_assert_true (is_state (recorder, "starting"));
  begun = g_get_monotonic_time ();
  tst_recorder_stop_async (recorder, NULL, on_stopped, &recorded);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, G_TIME_SPAN_SECOND);
  wait_until_asked ();

  /* A person who does not wait for it. */
  begun = g_get_monotonic_time ();
  tst_recorder_discard (recorder);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, G_TIME_SPAN_SECOND);
  g_assert_true (is_state (recorder, "off"));
  wait_until (recorded.done);
  g_assert_error (recorded.error, TST_ERROR, TST_ERROR_IO);
  recorded_clear (&recorded);
  g_mutex_lock (&deaf_mutex);
  deaf_let_go = TRUE;
  g_cond_broadcast (&deaf_cond);
  g_mutex_unlock (&deaf_mutex);
  g_object_add_weak_pointer (G_OBJECT (recorder), (gpointer *) &recorder);
  g_object_unref (recorder);
  wait_until (recorder == NULL);
}

static void
film (const char *microphone, const char *demuxer, const char *decoder)
{
  Look *look = look_new ("videotestsrc pattern=ball ! video/x-raw,width=320,height=240,framerate=15/1");
  TstRecorder *recorder = tst_camera_get_video_recorder (look->camera);
  Recorded recorded = { 0 };

  tst_gst_camera_set_microphone (TST_GST_CAMERA (look->camera), microphone);
  tst_camera_start (look->camera);
  wait_until (look->frames >= 1);
  tst_recorder_start (recorder, 60000);
  wait_until (is_state (recorder, "recording"));
  wait_until (get_int (recorder, "elapsed-ms") >= 1500);
  tst_recorder_stop_async (recorder, NULL, on_stopped, &recorded);
  wait_until (recorded.done);
  g_assert_no_error (recorded.error);
  g_assert_cmpmem (g_bytes_get_data (recorded.bytes, NULL), 4, "\x1a\x45\xdf\xa3", 4);
  g_assert_cmpint (played_ms (recorded.bytes, demuxer, decoder), >=, 300);
  /* Filming does not stop the preview. */
  g_assert_true (is_state (look->camera, "live"));
  recorded_clear (&recorded);
  tst_camera_stop (look->camera);
  look_free (look);
}

static void
test_film (void)
{
  film ("audiotestsrc wave=ticks is-live=true", "matroskademux name=d d.video_0", "vp8dec");
}

static void
test_silent_film (void)
{
  film ("filesrc location=/nowhere/microphone ! audio/x-raw,rate=8000,channels=1,format=S16LE", "matroskademux name=d d.video_0", "vp8dec");
}

/* --- for test-pipewire.py --- */

static gboolean
quit_loop (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* A camera that PipeWire offers, until the process is ended. */
static int
provide (const char *name)
{
  g_autofree char *text
    = g_strdup_printf ("videotestsrc is-live=true pattern=ball ! video/x-raw,format=YUY2,width=640,height=480,framerate=15/1 ! pipewiresink mode=provide "
                       "stream-properties=\"props,media.class=Video/Source,media.role=Camera,node.name=%s,node.description=%s\"", name, name);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  GstElement *pipeline;

  tst_gst_init ();
  pipeline = gst_parse_launch (text, &error);
  if (pipeline == NULL)
    g_error ("%s", error->message);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_main_loop_run (loop);
  return 0;
}

static void
print_state (TstCamera *camera)
{
  g_autofree char *state = NULL;

  g_object_get (camera, "state", &state, NULL);
  g_print ("state %s\n", state);
}

static void
print_devices (TstCamera *camera)
{
  g_autoptr (GPtrArray) devices = tst_camera_list_devices (camera);

  for (guint i = 0; i < devices->len; i++)
    g_print ("device %s\n", ((TstCameraDevice *) devices->pdata[i])->name);
}

static void
print_still (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) facts = NULL;
  g_autoptr (GBytes) still = tst_camera_capture_finish (TST_CAMERA (source), result, &facts, &error);

  if (still != NULL)
    g_print ("still %d %d\n", (int) json_object_get_int_member (facts, "width"), (int) json_object_get_int_member (facts, "height"));
  else
    g_print ("no still\n");
}

static void
watch_frame (TstCamera *camera, GBytes *pixels, guint width, guint height, guint stride, guint *frames)
{
  if (++*frames % 10 == 0)
    {
      g_print ("frames %u %u %u\n", *frames, width, height);
      tst_camera_capture_async (camera, NULL, print_still, NULL);
    }
}

static int
watch (const char *spec, guint seconds)
{
  g_autoptr (TstCamera) camera = TST_CAMERA (tst_gst_camera_new (spec));
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint frames = 0;

  setvbuf (stdout, NULL, _IOLBF, 0);
  g_signal_connect (camera, "notify::state", G_CALLBACK (print_state), NULL);
  g_signal_connect (camera, "devices-changed", G_CALLBACK (print_devices), NULL);
  g_signal_connect (camera, "frame", G_CALLBACK (watch_frame), &frames);
  tst_camera_start (camera);
  g_timeout_add_seconds (seconds, quit_loop, loop);
  g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (camera, &frames);
  tst_camera_stop (camera);
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "provide"))
    return provide (argv[2]);
  if (argc == 4 && g_str_equal (argv[1], "watch"))
    return watch (argv[2], atoi (argv[3]));
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/camera/modes", test_modes);
  g_test_add_func ("/camera/raw", test_raw);
  g_test_add_func ("/camera/resolution", test_resolution);
  g_test_add_func ("/camera/own-jpeg", test_own_jpeg);
  g_test_add_func ("/camera/lost-and-back", test_lost_and_back);
  g_test_add_func ("/camera/missing", test_missing);
  g_test_add_func ("/recorder/voice", test_voice);
  g_test_add_func ("/recorder/no-microphone", test_no_microphone);
  g_test_add_func ("/recorder/deaf-microphone", test_deaf_microphone);
  g_test_add_func ("/recorder/film", test_film);
  g_test_add_func ("/recorder/silent-film", test_silent_film);
  return g_test_run ();
}
