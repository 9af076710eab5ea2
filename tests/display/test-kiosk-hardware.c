/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk-fixture.h"

#include "base/tst-fs.h"
#include "kiosk/tst-kiosk-attendance.h"
#include "kiosk/tst-kiosk-comment.h"
#include "kiosk/tst-kiosk-receipt.h"
#include "kiosk/tst-kiosk-settings.h"
#include "kiosk/tst-kiosk-start.h"
#include "kiosk/tst-look.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "tst-fake-hardware.h"
#include "widgets/tst-options.h"
#include "widgets/tst-paper-shots.h"
#include "widgets/tst-voice-note.h"
#include "widgets/tst-work-button.h"

#include <glib/gstdio.h>
#include <string.h>

/* The kiosk with a microphone, a camera and a printer. */

#define SPOKEN "OggS voz-canarina-hablada"

/* One of the ways beside the text, in the words of a wide window or of a narrow one. */
static void
click_way (TstKioskScreen *screen, const char *wide, const char *narrow)
{
  kiosk_fixture_click_words (screen, tst_find_button (GTK_WIDGET (screen), wide) != NULL ? wide : narrow);
}

static gboolean
has_papers (gpointer papers)
{
  return tst_paper_shots_get_count (papers) == 1;
}

static GBytes *
small_jpeg (KioskFixture *c)
{
  g_autofree char *path = journal_fixture_photo_file (c->fixture->journal, "carta.jpg");
  g_autoptr (GError) error = NULL;
  GBytes *jpeg = tst_fs_read (path, 0, &error);

  g_assert_no_error (error);
  return jpeg;
}

/* A voice without words and a paper: recorded, taken away, recorded again, sent, sealed; nothing of it in clear. */
static void
test_voice (void)
{
  KioskFixture *c = kiosk_fixture_new ();
  TstFakeRecorder *recorder = tst_fake_recorder_new ("audio/ogg");
  TstFakeCamera *camera = tst_fake_camera_new ();
  g_autoptr (GBytes) jpeg = small_jpeg (c);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (JsonObject) body = NULL;
  g_autofree char *hit = NULL;
  TstKioskScreen *screen;
  GtkWidget *voice, *papers;
  JsonArray *attachments;

  tst_session_set_recorder (c->fixture->session, TST_RECORDER (recorder));
  tst_session_set_camera (c->fixture->session, TST_CAMERA (camera));
  screen = kiosk_fixture_go_to_text (c);
  voice = tst_find_type (GTK_WIDGET (screen), TST_TYPE_VOICE_NOTE);
  papers = tst_find_type (GTK_WIDGET (screen), TST_TYPE_PAPER_SHOTS);
  click_way (screen, "Decirlo con mi voz", "Mi voz");
  event_fixture_wait_string (screen, "step", "voice");
  for (guint turn = 0; turn < 2; turn++)
    {
      tst_voice_note_toggle (TST_VOICE_NOTE (voice));
      event_fixture_wait_string (voice, "state", "recording");
      {
        g_autoptr (GBytes) spoken = g_bytes_new (SPOKEN, strlen (SPOKEN));

        tst_fake_recorder_set_bytes (recorder, spoken);
      }
      tst_fake_recorder_say (recorder, "recording", 0.4, 34000);
      tst_voice_note_toggle (TST_VOICE_NOTE (voice));
      event_fixture_wait_string (voice, "state", "ready");
      if (turn == 0)
        {
          kiosk_fixture_click_words (screen, "Borrarla");
          event_fixture_wait_string (voice, "state", "empty");
        }
    }
  kiosk_fixture_click_words (screen, "Listo");
  event_fixture_wait_string (screen, "step", "text");
  g_assert_true (gtk_widget_is_sensitive (tst_find_button (GTK_WIDGET (screen), "Seguir")));

  click_way (screen, "Agregar la foto de un papel", "Un papel");
  event_fixture_wait_string (screen, "step", "paper");
  tst_fake_camera_say (camera, "live");
  tst_fake_camera_set_still (camera, jpeg);
  tst_paper_shots_take (TST_PAPER_SHOTS (papers));
  tst_wait_until (has_papers, papers, 30);
  kiosk_fixture_click_words (screen, "Listo");
  event_fixture_wait_string (screen, "step", "text");
  g_assert_cmpuint (tst_fake_camera_get_starts (camera), ==, 0);
  kiosk_fixture_click_words (screen, "Seguir");
  event_fixture_wait_string (screen, "step", "who");
  kiosk_fixture_click_words (screen, "Enviar sin mis datos");
  screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_RECEIPT);
  g_assert_true (kiosk_fixture_holds (GTK_WIDGET (screen), "0:34"));

  rows = journal_fixture_list (c->fixture->journal, "comments", c->event);
  g_assert_cmpuint (rows->len, ==, 1);
  body = journal_fixture_open_body (c->fixture->journal, tst_json_string (rows->pdata[0], "id"));
  attachments = tst_json_array (body, "attachments");
  g_assert_cmpuint (json_array_get_length (attachments), ==, 2);
  g_assert_false (json_object_has_member (body, "text"));
  hit = journal_fixture_grep (c->fixture->journal, "voz-canarina");
  g_assert_null (hit);
  tst_session_set_recorder (c->fixture->session, NULL);
  tst_session_set_camera (c->fixture->session, NULL);
  g_object_unref (recorder);
  g_object_unref (camera);
  kiosk_fixture_free (c);
}

/* All of the button stands in what is shown of its page. */
static gboolean
is_whole (gpointer widget)
{
  GtkWidget *scroller = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);
  graphene_rect_t box;

  g_assert_nonnull (scroller);
  return gtk_widget_get_height (widget) > 0 && gtk_widget_compute_bounds (widget, scroller, &box) && box.origin.y >= 0
         && box.origin.y + box.size.height <= gtk_widget_get_height (scroller);
}

static GtkWidget *
find_label (GtkWidget *widget, const char *begins)
{
  GtkWidget *found = GTK_IS_LABEL (widget) && g_str_has_prefix (gtk_label_get_label (GTK_LABEL (widget)), begins) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_label (child, begins);
  return found;
}

static gboolean
is_phone (gpointer window)
{
  return gtk_widget_get_width (window) == 360 && gtk_widget_get_height (window) == 640 && gtk_widget_has_css_class (window, "narrow");
}

/* A phone, and letters twice as large: what can be done beside writing stands whole over the keyboard; half as large again, the receipt's date over its button. */
static void
test_phone (void)
{
  KioskFixture *c = kiosk_fixture_new_sized (360, 640);
  GSettings *settings = tst_session_get_settings (c->fixture->session);
  TstFakeRecorder *recorder = tst_fake_recorder_new ("audio/ogg");
  TstFakeCamera *camera = tst_fake_camera_new ();
  TstKioskScreen *screen;

  tst_session_set_recorder (c->fixture->session, TST_RECORDER (recorder));
  tst_session_set_camera (c->fixture->session, TST_CAMERA (camera));
  tst_look_follow (settings);
  tst_look_scale (settings, 2.0);
  tst_wait_until (is_phone, c->window, 30);
  screen = kiosk_fixture_go_to_text (c);
  for (guint i = 0; i < 3; i++)
    tst_wait_until (is_whole, tst_find_button (GTK_WIDGET (screen), ((const char *const[]) { "Mi voz", "Un papel", "Una obra" })[i]), 10);
  tst_shot_named (GTK_WIDGET (c->window), "kiosk-phone-text");
  kiosk_fixture_write (screen, "Pongan bancas");
  kiosk_fixture_click_words (screen, "Seguir");
  event_fixture_wait_string (screen, "step", "who");
  kiosk_fixture_click_words (screen, "Enviar sin mis datos");
  screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_RECEIPT);
  tst_look_scale (settings, 1.5);
  tst_wait_until (is_whole, find_label (GTK_WIDGET (screen), "Debe tener respuesta"), 10);
  tst_shot_named (GTK_WIDGET (c->window), "kiosk-phone-receipt");
  tst_look_scale (settings, 0);
  tst_session_set_recorder (c->fixture->session, NULL);
  tst_session_set_camera (c->fixture->session, NULL);
  g_object_unref (recorder);
  g_object_unref (camera);
  kiosk_fixture_free (c);
}

static gboolean
is_printed (gpointer path)
{
  g_autofree char *pdf = NULL;
  gsize size = 0;

  return g_file_get_contents (path, &pdf, &size, NULL) && size > 1000 && memcmp (pdf, "%PDF", 4) == 0 && memmem (pdf, size, "%%EOF", 5) != NULL;
}

/* CUPS is asked for the printer that staff named, by lp; what it is given is a PDF, and nothing of it lies on the tablet. */
static void
test_print (void)
{
  g_autofree char *folder = g_dir_make_tmp ("lp-XXXXXX", NULL);
  g_autofree char *lp = g_build_filename (folder, "lp", NULL);
  g_autofree char *out = g_build_filename (folder, "recibo.pdf", NULL);
  g_autofree char *asked = g_build_filename (folder, "asked", NULL);
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\necho \"$@\" > %s\ncat > %s.part\nmv %s.part %s\n", asked, out, out, out);
  g_autofree char *path = g_strdup_printf ("%s:%s", folder, g_getenv ("PATH"));
  g_autofree char *before = g_strdup (g_getenv ("PATH"));
  g_autofree char *arguments = NULL;
  const char *keep = g_getenv ("TST_RECEIPT");
  KioskFixture *c = kiosk_fixture_new ();
  GSettings *settings = tst_session_get_settings (c->fixture->session);
  TstKioskScreen *screen;

  g_assert_true (g_file_set_contents (lp, script, -1, NULL));
  g_assert_cmpint (g_chmod (lp, 0700), ==, 0);
  g_setenv ("PATH", path, TRUE);
  g_settings_set_string (settings, "kiosk-printer", "recibos");
  screen = kiosk_fixture_go_to_text (c);
  kiosk_fixture_write (screen, "Pongan bancas");
  kiosk_fixture_click_words (screen, "Seguir");
  event_fixture_wait_string (screen, "step", "who");
  kiosk_fixture_click_words (screen, "Enviar sin mis datos");
  screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_RECEIPT);
  kiosk_fixture_click_words (screen, "Imprimir el recibo");
  tst_wait_until (is_printed, out, 30);
  g_assert_true (g_file_get_contents (asked, &arguments, NULL, NULL));
  g_assert_nonnull (strstr (arguments, "-d recibos"));
  if (keep != NULL)
    g_assert_cmpint (g_rename (out, keep), ==, 0);
  g_settings_reset (settings, "kiosk-printer");
  g_setenv ("PATH", before, TRUE);
  g_unlink (out);
  g_unlink (asked);
  g_unlink (lp);
  g_rmdir (folder);
  kiosk_fixture_free (c);
}

#define ADDRESS "https://obras.example/obras/SJV-2026-002?de=valla"

static gboolean
has_works (gpointer screen)
{
  return tst_find_type (screen, TST_TYPE_WORK_BUTTON) != NULL;
}

/* A code that is no work of this tablet says so and changes nothing. */
static void
test_strange_code (void)
{
  KioskFixture *c = kiosk_fixture_new ();
  TstFakeCamera *camera = tst_fake_camera_new ();
  g_autoptr (GBytes) payload = g_bytes_new_static ("https://otra.example/obras/NADA-1", 33);
  TstKioskScreen *screen;

  tst_session_set_camera (c->fixture->session, TST_CAMERA (camera));
  screen = kiosk_fixture_go_to_text (c);
  click_way (screen, "Es sobre una obra", "Una obra");
  event_fixture_wait_string (screen, "step", "work");
  kiosk_fixture_click_words (screen, "Leer el código QR de la obra");
  event_fixture_wait_string (screen, "step", "code");
  g_assert_cmpuint (tst_fake_camera_get_starts (camera), ==, 1);
  tst_kiosk_comment_take_code (TST_KIOSK_COMMENT (screen), payload);
  event_fixture_wait_string (screen, "step", "code");
  tst_kiosk_window_wipe (c->window);
  kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_START);
  g_assert_cmpuint (tst_fake_camera_get_starts (camera), ==, 0);
  tst_session_set_camera (c->fixture->session, NULL);
  g_object_unref (camera);
  kiosk_fixture_free (c);
}

/* The code on the fence of a work: what is said is about that work. */
static void
test_known_code (void)
{
  KioskFixture *c = kiosk_fixture_new ();
  TstFakeCamera *camera = tst_fake_camera_new ();
  g_autoptr (GBytes) payload = g_bytes_new_static (ADDRESS, strlen (ADDRESS));
  g_autofree char *csv = g_test_build_filename (G_TEST_DIST, "..", "..", "app", "demo-town", "works.csv", NULL);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (GError) error = NULL;
  TstKioskScreen *screen;

  tst_field_book_import_works (c->fixture->journal->book, csv, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  tst_session_set_camera (c->fixture->session, TST_CAMERA (camera));
  screen = kiosk_fixture_go_to_text (c);
  click_way (screen, "Es sobre una obra", "Una obra");
  event_fixture_wait_string (screen, "step", "work");
  tst_wait_until (has_works, screen, 30);
  kiosk_fixture_click_words (screen, "Leer el código QR de la obra");
  event_fixture_wait_string (screen, "step", "code");
  tst_kiosk_comment_take_code (TST_KIOSK_COMMENT (screen), payload);
  event_fixture_wait_string (screen, "step", "text");
  g_assert_true (kiosk_fixture_holds (GTK_WIDGET (screen), "Sobre la obra: Muro de contención"));
  g_assert_cmpuint (tst_fake_camera_get_starts (camera), ==, 0);
  kiosk_fixture_write (screen, "Falta la acera");
  kiosk_fixture_click_words (screen, "Seguir");
  event_fixture_wait_string (screen, "step", "who");
  kiosk_fixture_click_words (screen, "Enviar sin mis datos");
  kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_RECEIPT);
  rows = journal_fixture_list (c->fixture->journal, "comments", c->event);
  g_assert_cmpuint (rows->len, ==, 1);
  body = journal_fixture_open_body (c->fixture->journal, tst_json_string (rows->pdata[0], "id"));
  g_assert_cmpstr (tst_json_string (body, "work"), ==, "SJV-2026-002");
  tst_session_set_camera (c->fixture->session, NULL);
  g_object_unref (camera);
  kiosk_fixture_free (c);
}

/* Who goes away in the middle leaves nothing: the screen drops what was recorded and stops what runs. */
static void
test_voice_wiped (void)
{
  KioskFixture *c = kiosk_fixture_new ();
  TstFakeRecorder *recorder = tst_fake_recorder_new ("audio/ogg");
  TstKioskScreen *screen;
  GtkWidget *voice;
  g_autofree char *state = NULL;

  tst_session_set_recorder (c->fixture->session, TST_RECORDER (recorder));
  screen = kiosk_fixture_go_to_text (c);
  voice = tst_find_type (GTK_WIDGET (screen), TST_TYPE_VOICE_NOTE);
  g_assert_true (kiosk_fixture_holds (GTK_WIDGET (screen), "2 de 3"));
  click_way (screen, "Decirlo con mi voz", "Mi voz");
  event_fixture_wait_string (screen, "step", "voice");
  g_assert_false (kiosk_fixture_holds (GTK_WIDGET (screen), "3 de 3"));
  tst_voice_note_toggle (TST_VOICE_NOTE (voice));
  event_fixture_wait_string (voice, "state", "recording");
  g_object_add_weak_pointer (G_OBJECT (voice), (gpointer *) &voice);
  tst_kiosk_window_wipe (c->window);
  kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_START);
  tst_settle (100);
  g_assert_null (voice);
  g_object_get (recorder, "state", &state, NULL);
  g_assert_cmpstr (state, ==, "off");
  tst_session_set_recorder (c->fixture->session, NULL);
  g_object_unref (recorder);
  kiosk_fixture_free (c);
}

static void
test_card (void)
{
  static const char card[] = "PubDSK_1        12345678" "0000765432" "FICTICIA               " "DE PRUEBA              " "CLARA                  "
                             "LUZ                    " "0F19850312680010O+";
  KioskFixture *c = kiosk_fixture_new ();
  TstKioskScreen *screen = kiosk_fixture_begin_attendance (c);
  g_autoptr (GBytes) payload = g_bytes_new_static (card, sizeof card - 1);
  g_autoptr (GBytes) other = g_bytes_new_static ("https://example.test/otra cosa", 30);

  kiosk_fixture_click_words (screen, "Con mi cédula");
  event_fixture_wait_string (screen, "step", "card");
  tst_kiosk_attendance_take_card (TST_KIOSK_ATTENDANCE (screen), other);
  event_fixture_wait_string (screen, "step", "card");
  tst_kiosk_attendance_take_card (TST_KIOSK_ATTENDANCE (screen), payload);
  kiosk_fixture_give_document (screen, NULL);
  event_fixture_wait_string (screen, "step", "name");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (kiosk_fixture_shown_entry (GTK_WIDGET (screen)))), ==, "Clara Luz Ficticia de Prueba");
  kiosk_fixture_finish_attendance (c, screen);
  g_assert_cmpuint (kiosk_fixture_count_attendance (c), ==, 1);
  kiosk_fixture_free (c);
}

/* The widget of @type number *@n, counted from 0, from the top of the page to its end. */
static GtkWidget *
nth (GtkWidget *widget, GType type, guint *n)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && (*n)-- == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = nth (child, type, n);
  return found;
}

static void
give (GtkWidget *page, guint options, const char *value)
{
  GtkWidget *found = nth (page, TST_TYPE_OPTIONS, &options);

  g_assert_nonnull (found);
  tst_options_set_value (TST_OPTIONS (found), value);
}

static gboolean
has_printers (gpointer page)
{
  guint third = 2;

  return nth (page, TST_TYPE_OPTIONS, &third) != NULL;
}

/* What staff say on the kiosk's page counts at once; the printers are those that CUPS names, what else it says is none. */
static void
test_settings (void)
{
  g_autofree char *folder = g_dir_make_tmp ("lpstat-XXXXXX", NULL);
  g_autofree char *lpstat = g_build_filename (folder, "lpstat", NULL);
  g_autofree char *lp = g_build_filename (folder, "lp", NULL);
  g_autofree char *path = g_strdup_printf ("%s:%s", folder, g_getenv ("PATH"));
  g_autofree char *before = g_strdup (g_getenv ("PATH"));
  g_autofree char *printer = NULL, *none = NULL;
  g_auto (GStrv) offered = NULL;
  g_autoptr (EventFixture) fixture = event_fixture_new ();
  GSettings *settings = tst_session_get_settings (fixture->session);
  GtkWidget *page, *test;
  guint attendance = 1, keyboard = 6;
  gboolean typed;

  g_assert_true (g_file_set_contents (lpstat, "#!/bin/sh\necho recibos\necho 'not a name'\n", -1, NULL));
  g_assert_cmpint (g_chmod (lpstat, 0700), ==, 0);
  g_assert_true (g_file_set_contents (lp, "#!/bin/sh\n", -1, NULL));
  g_assert_cmpint (g_chmod (lp, 0700), ==, 0);
  g_setenv ("PATH", path, TRUE);
  page = tst_kiosk_settings_new (fixture->session);
  event_fixture_push (fixture, page);
  tst_wait_until (has_printers, page, 30);
  tst_shot_named (fixture->window, "kiosco-ajustes");
  /* Whoever switches results on knows what that does while people still answer. */
  g_assert_nonnull (find_label (page, "También mientras el espacio sigue abierto"));

  offered = g_settings_get_strv (settings, "kiosk-choices");
  g_assert_true (g_strv_contains ((const char *const *) offered, "attendance"));
  gtk_switch_set_active (GTK_SWITCH (nth (page, GTK_TYPE_SWITCH, &attendance)), FALSE);
  g_strfreev (offered);
  offered = g_settings_get_strv (settings, "kiosk-choices");
  g_assert_false (g_strv_contains ((const char *const *) offered, "attendance"));
  g_assert_true (g_strv_contains ((const char *const *) offered, "contribution"));

  give (page, 0, "300");
  give (page, 1, "60");
  g_assert_cmpuint (g_settings_get_uint (settings, "kiosk-idle-seconds"), ==, 300);
  g_assert_cmpuint (g_settings_get_uint (settings, "kiosk-warning-seconds"), ==, 60);
  typed = g_settings_get_boolean (settings, "kiosk-keyboard");
  gtk_switch_set_active (GTK_SWITCH (nth (page, GTK_TYPE_SWITCH, &keyboard)), !typed);
  g_assert_true (g_settings_get_boolean (settings, "kiosk-keyboard") != typed);

  test = tst_find_button (page, "Imprimir una prueba");
  g_assert_false (gtk_widget_get_visible (test));
  give (page, 2, "not a name");
  none = g_settings_get_string (settings, "kiosk-printer");
  g_assert_cmpstr (none, ==, "");
  give (page, 2, "recibos");
  printer = g_settings_get_string (settings, "kiosk-printer");
  g_assert_cmpstr (printer, ==, "recibos");
  g_assert_true (gtk_widget_get_visible (test));

  for (guint i = 0; i < 5; i++)
    g_settings_reset (settings, ((const char *const[]) { "kiosk-choices", "kiosk-idle-seconds", "kiosk-warning-seconds", "kiosk-keyboard", "kiosk-printer" })[i]);
  g_setenv ("PATH", before, TRUE);
  g_unlink (lp);
  g_unlink (lpstat);
  g_rmdir (folder);
}

static void
add (void)
{
  g_test_add_func ("/kiosk-hardware/settings", test_settings);
  g_test_add_func ("/kiosk-hardware/voice", test_voice);
  g_test_add_func ("/kiosk-hardware/phone", test_phone);
  g_test_add_func ("/kiosk-hardware/print", test_print);
  g_test_add_func ("/kiosk-hardware/strange-code", test_strange_code);
  g_test_add_func ("/kiosk-hardware/known-code", test_known_code);
  g_test_add_func ("/kiosk-hardware/voice-wiped", test_voice_wiped);
  g_test_add_func ("/kiosk-hardware/card", test_card);
}

int
main (int argc, char **argv)
{
  return event_fixture_run (argc, argv, add);
}
