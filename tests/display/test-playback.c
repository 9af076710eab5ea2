/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A film and a voice note that the app's own camera and recorder make are played by the app's own page: nothing invented between the lens and the screen. */

#include "event-fixture.h"
#include "hardware/tst-gst-camera.h"
#include "hardware/tst-gst-recorder.h"
#include "kiosk/tst-camera-page.h"
#include "kiosk/tst-camera-shutter.h"
#include "kiosk/tst-photo-page.h"
#include "kiosk/tst-recording-player.h"
#include "kiosk/tst-shot-strip.h"
#include "support/tst-shot.h"

#define LENGTH_MS 1500

static gboolean
has_length (gpointer recorder)
{
  gint64 ms;

  g_object_get (recorder, "elapsed-ms", &ms, NULL);
  return ms >= LENGTH_MS;
}

static gboolean
has_ended (gpointer stream)
{
  return gtk_media_stream_get_ended (stream);
}

/* Its page plays it from its beginning to its end. */
static void
play (EventFixture *self, const char *event, const char *list, const char *shot)
{
  g_autoptr (GPtrArray) rows = journal_fixture_list (self->journal, list, event);
  GtkWidget *page, *widget;
  GtkMediaStream *stream;

  g_assert_cmpuint (rows->len, ==, 1);
  page = tst_photo_page_new (self->session, rows->pdata[0]);
  event_fixture_push (self, page);
  event_fixture_wait_boolean (event_fixture_find (page, TST_TYPE_RECORDING_PLAYER, FALSE), "playable", TRUE);
  widget = event_fixture_find (page, GTK_TYPE_VIDEO, FALSE);
  /* A film has controls of its own; those of a sound stand beside it. */
  if (gtk_widget_get_visible (widget))
    stream = gtk_video_get_media_stream (GTK_VIDEO (widget));
  else
    {
      do
        widget = gtk_widget_get_next_sibling (widget);
      while (widget != NULL && !GTK_IS_MEDIA_CONTROLS (widget));
      g_assert_nonnull (widget);
      stream = gtk_media_controls_get_media_stream (GTK_MEDIA_CONTROLS (widget));
    }
  g_assert_nonnull (stream);
  gtk_media_stream_set_muted (stream, TRUE);
  gtk_media_stream_play (stream);
  tst_wait_until (has_ended, stream, 60);
  g_assert_no_error (gtk_media_stream_get_error (stream));
  g_assert_cmpint (gtk_media_stream_get_duration (stream) / 1000, >=, LENGTH_MS / 2);
  event_fixture_shot (self, shot);
  tst_page_leave (TST_PAGE (page));
}

/* The shutter is heard, each time again, and not where somebody wants it silent. */
static void
shoot (GtkWidget *page, EventFixture *self)
{
  GtkWidget *shutter = event_fixture_find (page, TST_TYPE_CAMERA_SHUTTER, FALSE);
  g_autoptr (GtkMediaStream) click = NULL;

  g_settings_set_boolean (self->settings, "shutter-sound", FALSE);
  gtk_widget_activate_action (page, "camera.shoot", NULL);
  g_object_get (shutter, "click", &click, NULL);
  g_assert_null (click);
  event_fixture_wait_uint (event_fixture_find (page, TST_TYPE_SHOT_STRIP, FALSE), "n-saved", 1);
  g_settings_set_boolean (self->settings, "shutter-sound", TRUE);
  gtk_widget_activate_action (page, "camera.shoot", NULL);
  g_object_get (shutter, "click", &click, NULL);
  g_assert_nonnull (click);
  for (guint i = 0; i < 2; i++)
    {
      tst_wait_until (has_ended, click, 30);
      g_assert_no_error (gtk_media_stream_get_error (click));
      tst_camera_shutter_click (TST_CAMERA_SHUTTER (shutter));
      g_assert_false (gtk_media_stream_get_ended (click));
    }
}

static void
record (GtkWidget *page, gpointer recorder, const char *action, guint n_saved)
{
  gtk_widget_activate_action (page, action, NULL);
  tst_wait_until (has_length, recorder, 60);
  gtk_widget_activate_action (page, action, NULL);
  event_fixture_wait_uint (event_fixture_find (page, TST_TYPE_SHOT_STRIP, FALSE), "n-saved", n_saved);
}

static void
test_playback (void)
{
  EventFixture *self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  TstCamera *camera = TST_CAMERA (tst_gst_camera_new ("videotestsrc pattern=smpte is-live=true ! video/x-raw,width=320,height=240,framerate=15/1"));
  TstRecorder *recorder = TST_RECORDER (tst_gst_recorder_new ("audiotestsrc wave=ticks is-live=true"));
  const TstCaptureTarget target = { .event_id = event };
  GtkWidget *page;

  tst_gst_camera_set_microphone (TST_GST_CAMERA (camera), "audiotestsrc wave=ticks is-live=true");
  tst_session_set_camera (self->session, camera);
  tst_session_set_recorder (self->session, recorder);
  page = tst_camera_page_new (self->session, &target);
  event_fixture_push (self, page);
  event_fixture_wait_string (page, "camera-state", "live");
  shoot (page, self);
  record (page, tst_camera_get_video_recorder (camera), "camera.film", 3);
  record (page, recorder, "camera.voice", 4);
  play (self, event, "videos", "player-film");
  play (self, event, "audios", "player-voice");
  event_fixture_free (self);
  g_object_unref (recorder);
  g_object_unref (camera);
}

static void
add (void)
{
  g_test_add_func ("/playback/playback", test_playback);
}

int
main (int argc, char **argv)
{
  return event_fixture_run (argc, argv, add);
}
