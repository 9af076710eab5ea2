/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ctl/tst-ctl.h"

#include "base/tst-error.h"
#include "ctl/ctl-photo.h"
#include "hardware/tst-hardware.h"
#include "journal/tst-capture.h"
#include "record/tst-body.h"

#include <math.h>

/* photo capture: one frame from the camera, as the app takes it. */

/* Time for the camera's exposure to settle. */
#define SETTLE_FRAMES 5
#define CAMERA_S 30
#define FIX_S 20

typedef struct
{
  GMainLoop *loop;
  TstCamera *camera;
  TstLocation *location; /* (nullable) */
  guint frames, timeout;
  gboolean asked;
  TstFix fix;
  gboolean has_fix;
  GBytes *still;
  JsonObject *facts;
  GError *error;
} Capture;

static void
on_still (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Capture *capture = user_data;

  capture->still = tst_camera_capture_finish (TST_CAMERA (source), result, &capture->facts, &capture->error);
  if (capture->location != NULL)
    capture->has_fix = tst_location_get_fix (capture->location, &capture->fix);
  g_main_loop_quit (capture->loop);
}

static void
go_on (Capture *capture)
{
  TstFix fix;

  if (capture->asked || capture->frames < SETTLE_FRAMES || (capture->location != NULL && !tst_location_get_fix (capture->location, &fix)))
    return;
  capture->asked = TRUE;
  tst_camera_capture_async (capture->camera, NULL, on_still, capture);
}

static void
on_frame (Capture *capture)
{
  capture->frames++;
  go_on (capture);
}

static gboolean
on_timeout (gpointer user_data)
{
  Capture *capture = user_data;
  g_autofree char *state = NULL;

  capture->timeout = 0;
  g_object_get (capture->camera, "state", &state, NULL);
  if (capture->error == NULL && g_str_equal (state, "busy"))
    g_set_error_literal (&capture->error, TST_ERROR, TST_ERROR_BUSY, "Another program uses the camera. Close it and try again.");
  else if (capture->error == NULL && g_str_equal (state, "denied"))
    g_set_error_literal (&capture->error, TST_ERROR, TST_ERROR_REFUSED, "The camera is not allowed. Allow it in the system's settings.");
  else if (capture->error == NULL && g_str_equal (state, "live"))
    g_set_error_literal (&capture->error, TST_ERROR, TST_ERROR_NOT_FOUND, "No position was found in time. Look at the file or the receiver.");
  else if (capture->error == NULL)
    g_set_error_literal (&capture->error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no camera. Plug one in, or name it with --camera.");
  g_main_loop_quit (capture->loop);
  return G_SOURCE_REMOVE;
}

/* What will not mend by waiting. */
static void
on_state (Capture *capture)
{
  g_autofree char *state = NULL;

  g_object_get (capture->camera, "state", &state, NULL);
  if (g_str_equal (state, "missing") || g_str_equal (state, "denied"))
    {
      g_clear_handle_id (&capture->timeout, g_source_remove);
      on_timeout (capture);
    }
}

static void
take (Capture *capture)
{
  capture->loop = g_main_loop_new (NULL, FALSE);
  capture->timeout = g_timeout_add_seconds (CAMERA_S + (capture->location != NULL ? FIX_S : 0), on_timeout, capture);
  g_signal_connect_swapped (capture->camera, "frame", G_CALLBACK (on_frame), capture);
  g_signal_connect_swapped (capture->camera, "notify::state", G_CALLBACK (on_state), capture);
  if (capture->location != NULL)
    {
      g_signal_connect_swapped (capture->location, "changed", G_CALLBACK (go_on), capture);
      tst_location_start (capture->location);
    }
  tst_camera_start (capture->camera);
  if (capture->error == NULL)
    g_main_loop_run (capture->loop);
  g_signal_handlers_disconnect_by_data (capture->camera, capture);
  if (capture->location != NULL)
    {
      g_signal_handlers_disconnect_by_data (capture->location, capture);
      tst_location_stop (capture->location);
    }
  tst_camera_stop (capture->camera);
  g_clear_handle_id (&capture->timeout, g_source_remove);
  g_main_loop_unref (capture->loop);
}

static TstExit
photo_capture (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *event = NULL;
  g_autofree char *work = NULL;
  g_autofree char *phase = NULL;
  g_autofree char *item = NULL;
  g_autofree char *caption = NULL;
  g_autofree char *alt = NULL;
  TstHardwareOptions hardware = { 0 };
  TstCaptureSpec spec = { .type = "image/jpeg" };
  TstPhotoResult photo = { 0 };
  Capture capture = { 0 };
  const GOptionEntry entries[] = {
    { "event", 0, 0, G_OPTION_ARG_STRING, &event, NULL, NULL },
    { "camera", 0, 0, G_OPTION_ARG_STRING, &hardware.camera, NULL, NULL },
    { "position", 0, 0, G_OPTION_ARG_FILENAME, &hardware.position, NULL, NULL },
    { "work", 0, 0, G_OPTION_ARG_STRING, &work, NULL, NULL },
    { "phase", 0, 0, G_OPTION_ARG_STRING, &phase, NULL, NULL },
    { "item", 0, 0, G_OPTION_ARG_STRING, &item, NULL, NULL },
    { "caption", 0, 0, G_OPTION_ARG_STRING, &caption, NULL, NULL },
    { "alt", 0, 0, G_OPTION_ARG_STRING, &alt, NULL, NULL },
    { NULL }
  };

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 1 || event == NULL)
    {
      tst_hardware_options_clear (&hardware);
      return tst_ctl_usage (cli, "photo capture", error ? error->message : NULL);
    }
  capture.camera = tst_hardware_new_camera (&hardware);
  /* Without a file nobody waits for a receiver that may not be there: the work's own place serves. */
  if (hardware.position != NULL)
    capture.location = tst_hardware_new_location (&hardware, tst_field_book_get_clock (book), &capture.error);
  if (capture.error == NULL)
    take (&capture);
  spec.photo = (TstPhotoSpec) { .event_id = event, .work = work, .phase = phase, .item = item, .caption = caption, .alt = alt,
                                .place = capture.has_fix ? &capture.fix.place : NULL };
  spec.place_utc_us = capture.fix.utc_us;
  if (capture.still != NULL)
    {
      spec.mono_us = json_object_get_int_member_with_default (capture.facts, "mono_us", 0);
      spec.device = tst_json_string (capture.facts, "device");
      if (tst_field_book_add_capture (book, &spec, capture.still, &photo, NULL, &capture.error))
        tst_ctl_print_photo (cli, "camera", &photo);
    }
  if (capture.error != NULL)
    tst_ctl_refuse_file (cli, "camera", capture.error);
  tst_photo_result_clear (&photo);
  g_clear_error (&capture.error);
  g_clear_pointer (&capture.still, g_bytes_unref);
  g_clear_pointer (&capture.facts, json_object_unref);
  g_object_unref (capture.camera);
  g_clear_object (&capture.location);
  tst_hardware_options_clear (&hardware);
  return tst_cli_exit (cli);
}

const TstCtlCommand tst_ctl_camera_commands[] = {
  { "photo capture", "--event ID [--camera SPEC] [--position FILE] [--work CODE] [--phase P] [--item I] [--caption T] [--alt T]",
    "one photograph from the camera", TRUE, photo_capture },
  { NULL }
};
