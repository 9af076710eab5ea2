/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../data/media/image-fixtures.h"
#include "base/tst-error.h"
#include "event-fixture.h"
#include "kiosk/tst-camera-options.h"
#include "kiosk/tst-camera-page.h"
#include "kiosk/tst-event-page.h"
#include "kiosk/tst-photo-import.h"
#include "kiosk/tst-photo-page.h"
#include "kiosk/tst-place-page.h"
#include "kiosk/tst-recording-list.h"
#include "kiosk/tst-recording-player.h"
#include "kiosk/tst-shot-strip.h"
#include "kiosk/tst-visit-entry.h"
#include "support/tst-fake-hardware.h"
#include "support/tst-shot.h"
#include "widgets/tst-accuracy-ring.h"
#include "widgets/tst-form.h"
#include "widgets/tst-viewfinder.h"

#include <math.h>
#include <string.h>

typedef struct
{
  EventFixture *fixture;
  TstFakeCamera *camera;
  TstFakeRecorder *recorder, *video;
  TstFakeLocation *location;
  char *event;
  GtkWidget *page;
  TstCaptureQueue *queue;
  guint n;
} Desk;

static GBytes *
make_still (guint n)
{
  return fixture_jpeg (320 + 8 * n, 240, NULL);
}

static void
desk_setup (Desk *self, gconstpointer data)
{
  TstCaptureTarget target = { 0 };
  g_autoptr (GBytes) still = make_still (0);

  self->fixture = event_fixture_new ();
  self->camera = tst_fake_camera_new ();
  self->recorder = tst_fake_recorder_new ("audio/ogg");
  self->video = tst_fake_camera_add_video (self->camera);
  self->location = tst_fake_location_new ();
  tst_fake_camera_set_still (self->camera, still);
  tst_session_set_camera (self->fixture->session, TST_CAMERA (self->camera));
  tst_session_set_recorder (self->fixture->session, TST_RECORDER (self->recorder));
  tst_session_set_location (self->fixture->session, TST_LOCATION (self->location));
  self->event = journal_fixture_event (self->fixture->journal);
  target.event_id = self->event;
  self->page = tst_camera_page_new (self->fixture->session, &target);
  g_object_get (self->page, "queue", &self->queue, NULL);
  event_fixture_push (self->fixture, self->page);
  event_fixture_wait_string (self->page, "camera-state", "live");
  tst_fake_camera_show (self->camera, 640, 360, 0x2f6b58);
}

static void
desk_teardown (Desk *self, gconstpointer data)
{
  while (tst_fake_camera_release (self->camera, NULL))
    ;
  event_fixture_wait_uint (self->queue, "waiting", 0);
  g_object_unref (self->queue);
  event_fixture_free (self->fixture);
  g_object_unref (self->camera);
  g_object_unref (self->recorder);
  g_object_unref (self->location);
  g_free (self->event);
}

static void
shoot (Desk *self)
{
  g_autoptr (GBytes) still = make_still (self->n++);

  tst_fake_camera_set_still (self->camera, still);
  gtk_widget_activate_action (self->page, "camera.shoot", NULL);
}

static guint
count (Desk *self, const char *what)
{
  g_autoptr (GPtrArray) rows = journal_fixture_list (self->fixture->journal, what, self->event);

  return rows->len;
}

/* «Guardado» only when it is so; the next shot does not wait for it. */
static void
test_shoot (Desk *self, gconstpointer data)
{
  GtkWidget *strip = event_fixture_find (self->page, TST_TYPE_SHOT_STRIP, FALSE);
  GtkWidget *finder = event_fixture_find (self->page, TST_TYPE_VIEWFINDER, FALSE);
  TstFix fix = { .place = { .latitude = 7.12, .longitude = -73.12, .accuracy_m = 4, .altitude_m = NAN, .heading_deg = NAN, .source = "gnss", .age_s = 1 },
                 .speed_ms = NAN };
  g_autoptr (GPtrArray) rows = NULL;
  guint saved = 0;

  g_assert_nonnull (tst_viewfinder_get_frame (TST_VIEWFINDER (finder)));
  g_assert_cmpuint (tst_fake_location_get_starts (self->location), ==, 1);
  tst_fake_location_set (self->location, &fix);
  tst_fake_camera_hold (self->camera, TRUE);
  shoot (self);
  shoot (self);
  g_assert_cmpuint (tst_fake_camera_get_waiting (self->camera), ==, 2);
  tst_settle (100);
  g_object_get (strip, "n-saved", &saved, NULL);
  g_assert_cmpuint (saved, ==, 0);
  /* Walking on does not move what was taken. */
  fix.place.latitude = 8;
  tst_fake_location_set (self->location, &fix);
  tst_fake_camera_release (self->camera, NULL);
  event_fixture_wait_uint (strip, "n-saved", 1);
  g_assert_cmpuint (count (self, "photos"), ==, 1);
  shoot (self);
  tst_fake_camera_release (self->camera, NULL);
  event_fixture_wait_uint (strip, "n-saved", 1);
  tst_fake_camera_hold (self->camera, FALSE);
  rows = journal_fixture_list (self->fixture->journal, "photos", self->event);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (tst_json_object (rows->pdata[rows->len - 1], "place"), "lat"), 7.12, 1e-9);
  event_fixture_shot (self->fixture, "camera");
}

/* The space bar and the volume keys are bound to the shutter. */
static void
test_keys (Desk *self, gconstpointer data)
{
  static const guint keys[] = { GDK_KEY_space, GDK_KEY_AudioRaiseVolume, GDK_KEY_AudioLowerVolume };
  GListModel *controllers = gtk_widget_observe_controllers (self->page);
  guint found = 0;

  for (guint c = 0; c < g_list_model_get_n_items (controllers); c++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, c);

      if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
        continue;
      for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (controller)); i++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), i);
          GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

          for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
            found += GTK_IS_KEYVAL_TRIGGER (trigger) && gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == keys[k];
        }
    }
  g_object_unref (controllers);
  g_assert_cmpuint (found, ==, G_N_ELEMENTS (keys));
}

/* A bounded queue: full is said and refuses before the shutter; nothing that was accepted is lost. */
static void
test_burst (Desk *self, gconstpointer data)
{
  GtkWidget *strip = event_fixture_find (self->page, TST_TYPE_SHOT_STRIP, FALSE);
  guint waiting = 0, accepted = 0, saved = 0;
  gboolean full = FALSE;

  tst_fake_camera_hold (self->camera, TRUE);
  for (guint i = 0; i < 20; i++)
    shoot (self);
  g_object_get (self->queue, "waiting", &waiting, "full", &full, NULL);
  accepted = tst_fake_camera_get_waiting (self->camera);
  g_assert_cmpuint (waiting, ==, 8);
  g_assert_cmpuint (accepted, ==, 8);
  g_assert_true (full);
  for (guint i = 0; i < accepted; i++)
    {
      g_autoptr (GBytes) still = make_still (100 + i);

      tst_fake_camera_set_still (self->camera, still);
      tst_fake_camera_release (self->camera, NULL);
    }
  event_fixture_wait_uint (self->queue, "waiting", 0);
  g_object_get (strip, "n-saved", &saved, NULL);
  g_assert_cmpuint (saved, ==, 8);
  g_assert_cmpuint (count (self, "photos"), ==, 8);
  g_object_get (self->queue, "full", &full, NULL);
  g_assert_false (full);
}

/* The disk has room for none: refused before the shutter. */
static void
test_no_room (Desk *self, gconstpointer data)
{
  guint room = G_MAXUINT;

  g_object_set (self->queue, "reserve", G_MAXUINT64 / 2, NULL);
  event_fixture_wait_uint (self->queue, "room", 0);
  shoot (self);
  g_assert_cmpuint (tst_fake_camera_get_waiting (self->camera), ==, 0);
  g_assert_cmpuint (count (self, "photos"), ==, 0);
  event_fixture_shot (self->fixture, "camera-no-room");
  g_object_set (self->queue, "reserve", (guint64) 0, NULL);
  g_object_get (self->queue, "room", &room, NULL);
  g_assert_cmpuint (room, >, 0);
  shoot (self);
  event_fixture_wait_uint (self->queue, "waiting", 0);
  g_assert_cmpuint (count (self, "photos"), ==, 1);
}

/* The camera is pulled out while a still is on its way: said, not counted, and the next one works. */
static void
test_unplugged (Desk *self, gconstpointer data)
{
  g_autoptr (GError) gone = g_error_new_literal (TST_ERROR, TST_ERROR_IO, "gone");

  tst_fake_camera_hold (self->camera, TRUE);
  shoot (self);
  tst_fake_camera_say (self->camera, "lost");
  tst_fake_camera_release (self->camera, gone);
  event_fixture_wait_uint (self->queue, "waiting", 0);
  g_assert_cmpuint (count (self, "photos"), ==, 0);
  event_fixture_shot (self->fixture, "camera-lost");
  shoot (self);
  g_assert_cmpuint (tst_fake_camera_get_waiting (self->camera), ==, 0);
  tst_fake_camera_hold (self->camera, FALSE);
  tst_fake_camera_say (self->camera, "live");
  shoot (self);
  event_fixture_wait_uint (self->queue, "waiting", 0);
  g_assert_cmpuint (count (self, "photos"), ==, 1);
}

static void
test_states (Desk *self, gconstpointer data)
{
  static const char *const states[] = { "starting", "busy", "missing", "denied", "lost" };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autofree char *name = g_strconcat ("camera-", states[i], NULL);

      tst_fake_camera_say (self->camera, states[i]);
      event_fixture_wait_string (self->page, "camera-state", states[i]);
      event_fixture_shot (self->fixture, name);
    }
  /* The ways on: the files, and asking again. */
  gtk_widget_activate_action (self->page, "camera.again", NULL);
  event_fixture_wait_string (self->page, "camera-state", "live");
  tst_fake_camera_say (self->camera, "missing");
  gtk_widget_activate_action (self->page, "camera.files", NULL);
  event_fixture_wait_page (self->fixture, TST_TYPE_PHOTO_IMPORT);
}

/* Saving fails: the bytes stay, the page is not left behind, and trying again saves them. */
static void
test_not_saved (Desk *self, gconstpointer data)
{
  g_autofree char *tmp = g_build_filename (self->fixture->journal->folder, "media", "tmp", NULL);
  g_autofree char *moved = g_strconcat (tmp, "-away", NULL);
  guint n = 0;

  g_assert_cmpint (rename (tmp, moved), ==, 0);
  g_assert_true (g_file_set_contents (tmp, "", 0, NULL));
  shoot (self);
  event_fixture_wait_uint (self->queue, "failed", 1);
  g_object_get (self->queue, "waiting", &n, NULL);
  g_assert_cmpuint (n, ==, 0);
  event_fixture_shot (self->fixture, "camera-not-saved");
  g_assert_false (tst_page_may_leave (TST_PAGE (self->page)));
  g_assert_cmpint (remove (tmp), ==, 0);
  g_assert_cmpint (rename (moved, tmp), ==, 0);
  gtk_widget_activate_action (self->page, "camera.retry", NULL);
  event_fixture_wait_uint (self->queue, "failed", 0);
  event_fixture_wait_uint (self->queue, "waiting", 0);
  g_assert_cmpuint (count (self, "photos"), ==, 1);
  g_assert_true (tst_page_may_leave (TST_PAGE (self->page)));
}

static void
test_recordings (Desk *self, gconstpointer data)
{
  g_autoptr (GBytes) voice = g_bytes_new_static ("OggS and so on", 14);
  g_autoptr (GBytes) film = g_bytes_new_static ("\x1a\x45\xdf\xa3 and so on", 14);
  g_autofree char *state = NULL;

  tst_fake_recorder_set_bytes (self->recorder, voice);
  gtk_widget_activate_action (self->page, "camera.voice", NULL);
  tst_fake_recorder_say (self->recorder, "recording", 0.6, 4200);
  event_fixture_shot (self->fixture, "camera-voice");
  /* One at a time. */
  gtk_widget_activate_action (self->page, "camera.film", NULL);
  g_object_get (self->video, "state", &state, NULL);
  g_assert_cmpstr (state, ==, "off");
  gtk_widget_activate_action (self->page, "camera.voice", NULL);
  event_fixture_wait_uint (self->queue, "waiting", 0);
  tst_settle (50);
  event_fixture_wait_uint (self->queue, "waiting", 0);
  g_assert_cmpuint (count (self, "audios"), ==, 1);
  /* A film that reaches its limit is saved by itself. */
  tst_fake_recorder_set_bytes (self->video, film);
  gtk_widget_activate_action (self->page, "camera.film", NULL);
  tst_fake_recorder_say (self->video, "full", 0, 60000);
  tst_settle (50);
  event_fixture_wait_uint (self->queue, "waiting", 0);
  g_assert_cmpuint (count (self, "videos"), ==, 1);
  event_fixture_shot (self->fixture, "camera-recorded");
  /* They are on the event's page, and have a page of their own. */
  {
    GtkWidget *page = tst_event_page_new (self->fixture->session, self->event);
    g_autoptr (GPtrArray) rows = journal_fixture_list (self->fixture->journal, "audios", self->event);
    g_autoptr (GPtrArray) after = NULL;
    GtkWidget *player;

    event_fixture_push (self->fixture, page);
    event_fixture_wait_uint (event_fixture_find (page, TST_TYPE_RECORDING_LIST, FALSE), "n-recordings", 2);
    event_fixture_shot (self->fixture, "event-recordings");
    player = tst_photo_page_new (self->fixture->session, rows->pdata[0]);
    event_fixture_push (self->fixture, player);
    event_fixture_wait_notice (event_fixture_find (player, TST_TYPE_RECORDING_PLAYER, FALSE)); /* these bytes are no sound */
    event_fixture_shot (self->fixture, "player");
    tst_form_set_area (event_fixture_find (player, GTK_TYPE_TEXT_VIEW, FALSE), "Falta el andén");
    gtk_widget_activate_action (player, "photo.save", NULL);
    event_fixture_wait_notice (player);
    after = journal_fixture_list (self->fixture->journal, "audios", self->event);
    g_assert_cmpstr (tst_json_string (after->pdata[0], "alt"), ==, "Falta el andén");
  }
}

/* A button by its words, or of an icon alone. */
static GtkWidget *
hinted (GtkWidget *root, const char *hint)
{
  if (GTK_IS_BUTTON (root)
      && (g_strcmp0 (gtk_widget_get_tooltip_text (root), hint) == 0 || g_strcmp0 (gtk_button_get_label (GTK_BUTTON (root)), hint) == 0))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = hinted (child, hint);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
has (gpointer options, const char *name)
{
  gboolean value;

  g_object_get (options, name, &value, NULL);
  return value;
}

/* Light, another camera and another size are there only where the device has them, and the choice is found again. */
static void
test_options (Desk *self, gconstpointer data)
{
  TstCameraOptions *options = TST_CAMERA_OPTIONS (event_fixture_find (self->page, TST_TYPE_CAMERA_OPTIONS, FALSE));
  g_autofree char *device = NULL;
  g_autofree char *resolution = NULL;
  g_autoptr (TstFakeCamera) next = tst_fake_camera_new ();

  g_assert_true (has (options, "has-torch") && has (options, "has-choice") && has (options, "has-sizes"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (hinted (self->page, "Luz")), TRUE);
  g_assert_true (has (self->camera, "torch"));
  g_object_set (self->camera, "torch", FALSE, NULL);
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (hinted (self->page, "Luz"))));

  g_signal_emit_by_name (hinted (self->page, "Cambiar de cámara"), "clicked");
  device = g_settings_get_string (self->fixture->settings, "camera-device");
  g_assert_cmpstr (device, ==, "back");

  g_object_set (options, "sizes-shown", TRUE, NULL);
  event_fixture_shot (self->fixture, "camera-sizes");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (hinted (self->page, "2,1 MP · 1920 × 1080")), TRUE);
  g_assert_false (has (options, "sizes-shown"));
  resolution = g_settings_get_string (self->fixture->settings, "camera-resolution");
  g_assert_cmpstr (resolution, ==, "1920x1080");

  tst_session_set_camera (self->fixture->session, TST_CAMERA (next));
  g_clear_pointer (&device, g_free);
  g_clear_pointer (&resolution, g_free);
  g_object_get (next, "device", &device, "resolution", &resolution, NULL);
  g_assert_cmpstr (device, ==, "back");
  g_assert_cmpstr (resolution, ==, "1920x1080");
  tst_session_set_camera (self->fixture->session, TST_CAMERA (self->camera));

  tst_fake_camera_set_parts (self->camera, FALSE, 1, 1);
  g_assert_false (has (options, "has-torch") || has (options, "has-choice") || has (options, "has-sizes"));
  g_object_set (options, "sizes-shown", TRUE, NULL);
  g_assert_false (has (options, "sizes-shown"));
}

/* Nobody looks: nothing runs. */
static void
test_not_looked_at (Desk *self, gconstpointer data)
{
  gtk_widget_activate_action (self->page, "camera.files", NULL);
  event_fixture_wait_page (self->fixture, TST_TYPE_PHOTO_IMPORT);
  event_fixture_wait_boolean (self->page, "running", FALSE);
  g_assert_cmpuint (tst_fake_camera_get_starts (self->camera), ==, 0);
  g_assert_cmpuint (tst_fake_location_get_starts (self->location), ==, 0);
  tst_page_leave (event_fixture_visible (self->fixture));
  event_fixture_wait_boolean (self->page, "running", TRUE);
  g_assert_cmpuint (tst_fake_camera_get_starts (self->camera), ==, 1);
}

static void
assert_grade (GtkWidget *ring, const char *grade)
{
  g_autofree char *now = NULL;

  g_object_get (ring, "grade", &now, NULL);
  g_assert_cmpstr (now, ==, grade);
}

static void
test_accuracy (Desk *self, gconstpointer data)
{
  GtkWidget *ring = event_fixture_find (self->page, TST_TYPE_ACCURACY_RING, FALSE);
  TstFix fix = { .place = { .latitude = 7.12, .longitude = -73.12, .altitude_m = NAN, .heading_deg = NAN, .source = "gnss" }, .speed_ms = NAN };
  static const struct
  {
    double accuracy_m;
    const char *grade, *text;
  } cases[] = { { 3.2, "good", "Buena, ±4 m" }, { 10, "good", "Buena, ±10 m" }, { 35, "fair", "Regular, ±35 m" }, { 51, "poor", "Mala, ±51 m" },
                { 2300, "poor", "Mala, ±2,3 km" }, { -1, "poor", "Precisión desconocida" } };
  GtkWidget *words = event_fixture_find (ring, GTK_TYPE_LABEL, FALSE);

  assert_grade (ring, "none");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      fix.place.accuracy_m = cases[i].accuracy_m;
      tst_fake_location_set (self->location, &fix);
      assert_grade (ring, cases[i].grade);
      g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (words)), ==, cases[i].text);
    }
  event_fixture_shot (self->fixture, "camera-poor-place");
  tst_fake_location_set (self->location, NULL);
  assert_grade (ring, "none");
}

static JsonObject *
newest_place (Desk *self, GPtrArray **rows)
{
  event_fixture_wait_uint (self->queue, "waiting", 0);
  g_clear_pointer (rows, g_ptr_array_unref);
  *rows = journal_fixture_list (self->fixture->journal, "photos", self->event);
  return tst_json_object ((*rows)->pdata[0], "place");
}

/* No receiver: the person says where they stand, and the compass where the camera looks; both are kept, with the north that it is from. */
static void
test_pin (Desk *self, gconstpointer data)
{
  GtkWidget *strip = event_fixture_find (self->page, TST_TYPE_SHOT_STRIP, FALSE);
  g_autoptr (GPtrArray) rows = NULL;
  JsonObject *place;
  TstPage *map;

  tst_fake_location_turn (self->location, 271.5);
  g_signal_emit_by_name (hinted (self->page, "Marcar el lugar en el mapa"), "clicked");
  map = event_fixture_wait_page (self->fixture, TST_TYPE_PLACE_PAGE);
  tst_place_page_put (TST_PLACE_PAGE (map), 7.125, -73.125);
  gtk_widget_activate_action (GTK_WIDGET (map), "place.use", NULL);
  event_fixture_wait_page (self->fixture, TST_TYPE_CAMERA_PAGE);
  event_fixture_wait_string (self->page, "camera-state", "live");
  shoot (self);
  event_fixture_wait_uint (strip, "n-saved", 1);
  place = newest_place (self, &rows);
  g_assert_cmpstr (tst_json_string (place, "source"), ==, "pin");
  g_assert_cmpfloat (tst_json_double (place, "lat", NAN), ==, 7.125);
  g_assert_cmpfloat (tst_json_double (place, "heading_deg", NAN), ==, 271.5);
  g_assert_cmpstr (tst_json_string (place, "heading_north"), ==, "magnetic");

  /* It is that of the shutter, not of the pin. */
  tst_fake_location_turn (self->location, -1);
  shoot (self);
  event_fixture_wait_uint (strip, "n-saved", 2);
  g_assert_false (json_object_has_member (newest_place (self, &rows), "heading_deg"));
}

/* The last photo becomes the spot to come back to; the button comes with it, and only where there is a work. */
static void
test_viewpoint (Desk *self, gconstpointer data)
{
  static const char hint[] = "Guardar la última foto como punto fotográfico";
  const TstCaptureTarget target = { .event_id = self->event, .work = "OB-1" };
  const TstFix fix = { .place = { .latitude = 7.12, .longitude = -73.12, .accuracy_m = 4, .altitude_m = NAN, .heading_deg = 40, .source = "gnss" },
                       .speed_ms = NAN };
  g_autofree char *works = g_build_filename (self->fixture->journal->outside, "obras.csv", NULL);
  TstImportCounts counts = { 0 };
  GtkWidget *page = tst_camera_page_new (self->fixture->session, &target);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) points = NULL;
  TstPage *entry;

  g_assert_true (g_file_set_contents (works, "code,title,lat,lon\nOB-1,Puente,7.12,-73.12\n", -1, NULL));
  g_assert_true (tst_field_book_import_works (self->fixture->journal->book, works, NULL, NULL, &counts, NULL, NULL));
  tst_fake_location_set (self->location, &fix);
  shoot (self);
  event_fixture_wait_uint (self->queue, "waiting", 0);
  g_assert_false (gtk_widget_get_visible (hinted (self->page, hint))); /* of no work */

  event_fixture_push (self->fixture, page);
  event_fixture_wait_string (page, "camera-state", "live");
  g_assert_false (gtk_widget_get_visible (hinted (page, hint))); /* none taken yet */
  gtk_widget_activate_action (page, "camera.shoot", NULL);
  event_fixture_wait_uint (event_fixture_find (page, TST_TYPE_SHOT_STRIP, FALSE), "n-saved", 1);
  g_assert_true (gtk_widget_get_visible (hinted (page, hint)));
  event_fixture_shot (self->fixture, "camera-viewpoint");
  g_signal_emit_by_name (hinted (page, hint), "clicked");
  entry = event_fixture_wait_page (self->fixture, TST_TYPE_VISIT_ENTRY);
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "name", "Desde la esquina");
  gtk_widget_activate_action (GTK_WIDGET (entry), "form.save", NULL);
  event_fixture_wait_page (self->fixture, TST_TYPE_CAMERA_PAGE);
  rows = journal_fixture_list (self->fixture->journal, "photos", self->event);
  points = journal_fixture_list (self->fixture->journal, "viewpoints", NULL);
  g_assert_cmpuint (points->len, ==, 1);
  g_assert_cmpstr (tst_json_string (points->pdata[0], "photo"), ==, tst_json_string (rows->pdata[0], "id"));
  g_assert_cmpfloat (tst_json_double (points->pdata[0], "heading_deg", NAN), ==, 40);
}

static void
test_ghost (Desk *self, gconstpointer data)
{
  GtkWidget *finder = event_fixture_find (self->page, TST_TYPE_VIEWFINDER, FALSE);
  guint8 pixels[4 * 4 * 4];
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GdkTexture) ghost = NULL;
  double opacity = 0;

  memset (pixels, 0x9f, sizeof pixels);
  bytes = g_bytes_new (pixels, sizeof pixels);
  ghost = gdk_memory_texture_new (4, 4, GDK_MEMORY_R8G8B8A8, bytes, 16);
  g_object_set (self->page, "ghost", ghost, "ghost-opacity", 0.25, NULL);
  g_object_get (finder, "ghost-opacity", &opacity, NULL);
  g_assert_cmpfloat (opacity, ==, 0.25);
  event_fixture_shot (self->fixture, "camera-ghost");
}

/* The event's «Foto» leads here. */
static void
test_way_in (Desk *self, gconstpointer data)
{
  GtkWidget *page = tst_event_page_new (self->fixture->session, self->event);

  event_fixture_push (self->fixture, page);
  event_fixture_wait_string (page, "status", "open");
  gtk_widget_activate_action (page, "event.photo", NULL);
  event_fixture_wait_page (self->fixture, TST_TYPE_CAMERA_PAGE);
}

static void
add (void)
{
#define TEST(name, func) g_test_add ("/camera-page/" name, Desk, NULL, desk_setup, func, desk_teardown)
  TEST ("shoot", test_shoot);
  TEST ("keys", test_keys);
  TEST ("burst", test_burst);
  TEST ("no-room", test_no_room);
  TEST ("unplugged", test_unplugged);
  TEST ("states", test_states);
  TEST ("not-saved", test_not_saved);
  TEST ("recordings", test_recordings);
  TEST ("options", test_options);
  TEST ("not-looked-at", test_not_looked_at);
  TEST ("accuracy", test_accuracy);
  TEST ("pin", test_pin);
  TEST ("viewpoint", test_viewpoint);
  TEST ("ghost", test_ghost);
  TEST ("way-in", test_way_in);
}

int
main (int argc, char **argv)
{
  return event_fixture_run (argc, argv, add);
}
