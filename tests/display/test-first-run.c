/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "journal/tst-demo-book.h"
#include "kiosk/tst-first-run.h"
#include "kiosk/tst-look.h"
#include "kiosk/tst-page.h"
#include "kiosk/tst-sign-in.h"
#include "support/tst-find.h"
#include "support/tst-qr-picture.h"
#include "support/tst-shot.h"
#include "widgets/tst-code-entry.h"
#include "widgets/tst-pin-pad.h"
#include "widgets/tst-staff-form.h"

#include <glib/gstdio.h>
#include <stdlib.h>

#define PIN "402917"

static GSettings *settings;

static GtkWidget *
show (GtkWidget *child)
{
  GtkWidget *window = adw_window_new ();
  const char *width = g_getenv ("TST_SHOT_WIDTH");

  gtk_window_set_default_size (GTK_WINDOW (window), width != NULL ? atoi (width) : 360, 640);
  adw_window_set_content (ADW_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  tst_settle (100);
  if (width == NULL)
    g_assert_cmpint (gtk_widget_get_width (window), <=, 360); /* fits a phone */
  return window;
}

static void
count (guint *counter)
{
  ++*counter;
}

static gboolean
is_positive (gpointer user_data)
{
  return *(guint *) user_data > 0;
}

typedef struct
{
  TstSession *session;
  char *folder, *store, *demo;
  TstFixedClock *clock;
  GtkWidget *window, *run;
  guint ready;
} Case;

static Case *
case_new (const char *step)
{
  Case *self = g_new0 (Case, 1);
  TstFirstRunPlan plan = { 0 };

  self->folder = g_dir_make_tmp ("testigo-first-XXXXXX", NULL);
  self->store = g_build_filename (self->folder, "store", NULL);
  self->demo = g_build_filename (self->folder, "demo", NULL);
  self->clock = tst_fixed_clock_new ((gint64) FIXTURE_UTC_S * G_USEC_PER_SEC);
  self->session = tst_session_new (settings);
  plan.folder = self->store;
  plan.demo_folder = self->demo;
  plan.clock = TST_CLOCK (self->clock);
  self->run = tst_first_run_new (self->session, &plan, step);
  g_signal_connect_swapped (self->run, "ready", G_CALLBACK (count), &self->ready);
  self->window = show (self->run);
  return self;
}

static void
case_free (Case *self)
{
  TstFieldBook *book = tst_first_run_get_book (TST_FIRST_RUN (self->run));

  if (book != NULL)
    tst_field_book_close (book);
  gtk_window_destroy (GTK_WINDOW (self->window));
  tst_demo_book_remove (self->folder);
  g_assert_false (g_file_test (self->folder, G_FILE_TEST_EXISTS));
  g_clear_object (&self->session);
  g_clear_object (&self->clock);
  g_free (self->folder);
  g_free (self->store);
  g_free (self->demo);
  g_free (self);
}

static void
click (Case *self, const char *label)
{
  GtkWidget *button = tst_find_button (self->run, label);

  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
}

static void
assert_step (Case *self, const char *step)
{
  g_assert_cmpstr (tst_first_run_get_step (TST_FIRST_RUN (self->run)), ==, step);
}

static void
test_with_code (void)
{
  g_autoptr (JournalFixture) town = journal_fixture_new (FALSE);
  Case *self = case_new ("language");
  GtkWidget *entry = tst_find_type (self->run, TST_TYPE_CODE_ENTRY);
  GtkWidget *form = tst_find_type (self->run, TST_TYPE_STAFF_FORM);
  g_autofree char *broken = g_strndup (town->enrolment, 60);
  g_autofree char *wrapped = g_strdup_printf ("  %.40s\n%s ", town->enrolment, town->enrolment + 40);
  g_autoptr (TstTownKeys) keys = NULL;
  g_autoptr (GPtrArray) staff = NULL;

  assert_step (self, "language");
  tst_shot_named (self->window, "first-run-language");
  click (self, "Español");
  assert_step (self, "code");
  tst_shot_named (self->window, "first-run-code");

  click (self, "Cargar y seguir");
  assert_step (self, "code");
  g_assert_nonnull (tst_code_entry_get_problem (TST_CODE_ENTRY (entry)));
  tst_code_entry_set_text (TST_CODE_ENTRY (entry), broken);
  click (self, "Cargar y seguir");
  assert_step (self, "code");
  g_assert_nonnull (tst_code_entry_get_problem (TST_CODE_ENTRY (entry)));
  /* As a message may have broken it. */
  tst_code_entry_set_text (TST_CODE_ENTRY (entry), wrapped);
  click (self, "Cargar y seguir");
  assert_step (self, "staff");

  click (self, "Empezar");
  g_assert_nonnull (tst_staff_form_get_problem (TST_STAFF_FORM (form)));
  tst_staff_form_set (TST_STAFF_FORM (form), "Ana Rojas", "supervision", PIN, "402918");
  click (self, "Empezar");
  g_assert_nonnull (tst_staff_form_get_problem (TST_STAFF_FORM (form)));
  tst_shot_named (self->window, "first-run-staff");
  /* Nothing was made before the person has said all. */
  g_assert_false (g_file_test (self->store, G_FILE_TEST_EXISTS));
  tst_staff_form_set (TST_STAFF_FORM (form), "Ana Rojas", "supervision", PIN, PIN);
  click (self, "Empezar");
  tst_wait_until (is_positive, &self->ready, 30);
  g_assert_false (tst_first_run_get_is_demo (TST_FIRST_RUN (self->run)));
  g_assert_nonnull (tst_first_run_get_vault (TST_FIRST_RUN (self->run)));
  g_assert_cmpstr (tst_first_run_get_member (TST_FIRST_RUN (self->run))->name, ==, "Ana Rojas");
  keys = tst_field_book_dup_town_keys (tst_first_run_get_book (TST_FIRST_RUN (self->run)));
  g_assert_cmpstr (keys->town, ==, "Villaluz");
  staff = tst_staff_list (tst_first_run_get_book (TST_FIRST_RUN (self->run)), NULL);
  g_assert_cmpuint (staff->len, ==, 1);
  g_assert_false (g_file_test (self->demo, G_FILE_TEST_EXISTS));
  case_free (self);
}

static gboolean
has_problem (gpointer entry)
{
  return tst_code_entry_get_problem (entry) != NULL;
}

static gboolean
is_at_staff (gpointer run)
{
  return g_str_equal (tst_first_run_get_step (run), "staff");
}

/* The same code from a photograph: chosen or dropped as a file, and pasted as a picture and as a file. */
static void
test_with_picture (void)
{
  g_autoptr (JournalFixture) town = journal_fixture_new (FALSE);
  g_autofree char *folder = g_dir_make_tmp ("testigo-codes-XXXXXX", NULL);
  g_autoptr (GFile) wanted = tst_qr_picture (folder, "código.jpg", town->enrolment);
  g_autoptr (GFile) other = tst_qr_picture (folder, "otro.jpg", "https://example.org");
  g_autofree char *path = g_build_filename (folder, "código.txt", NULL);
  g_autoptr (GFile) text = g_file_new_for_path (path);
  g_autoptr (GFile) absent = g_file_new_for_path ("/nowhere/foto.jpg");
  g_autoptr (GdkTexture) texture = gdk_texture_new_from_file (wanted, NULL);

  g_assert_true (g_file_set_contents (path, town->enrolment, -1, NULL));
  for (guint way = 0; way < 4; way++)
    {
      Case *self = case_new ("code");
      GtkWidget *entry = tst_find_type (self->run, TST_TYPE_CODE_ENTRY);
      GdkClipboard *clipboard = gtk_widget_get_clipboard (self->run);

      /* What is no code of a town is said, and costs nothing. */
      tst_code_entry_read_file (TST_CODE_ENTRY (entry), way % 2 == 0 ? other : absent);
      tst_wait_until (has_problem, entry, 30);
      assert_step (self, "code");
      if (way == 0)
        tst_code_entry_read_file (TST_CODE_ENTRY (entry), wanted);
      else if (way == 1)
        gdk_clipboard_set_texture (clipboard, texture);
      else if (way == 2)
        gdk_clipboard_set (clipboard, G_TYPE_FILE, wanted);
      else
        tst_code_entry_read_file (TST_CODE_ENTRY (entry), text);
      if (way == 1 || way == 2)
        click (self, "Pegar");
      tst_wait_until (is_at_staff, self->run, 30);
      case_free (self);
    }
  g_file_delete (wanted, NULL, NULL);
  g_file_delete (other, NULL, NULL);
  g_file_delete (text, NULL, NULL);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_without_code (void)
{
  Case *self = case_new ("code");
  GtkWidget *form = tst_find_type (self->run, TST_TYPE_STAFF_FORM);

  click (self, "Seguir sin código");
  assert_step (self, "staff");
  click (self, "Atrás");
  assert_step (self, "code");
  click (self, "Seguir sin código");
  tst_staff_form_set (TST_STAFF_FORM (form), "Luis Peña", "atencion", PIN, PIN);
  click (self, "Empezar");
  tst_wait_until (is_positive, &self->ready, 30);
  g_assert_null (tst_field_book_dup_town_keys (tst_first_run_get_book (TST_FIRST_RUN (self->run))));
  case_free (self);
}

static gboolean
count_row (JsonObject *row, gpointer user_data)
{
  ++*(guint *) user_data;
  return TRUE;
}

static void
test_demo (void)
{
  Case *self = case_new ("code");
  TstQuery query = { 0 };
  guint events = 0;

  click (self, "Probar con datos de demostración");
  tst_wait_until (is_positive, &self->ready, 60);
  g_assert_true (tst_first_run_get_is_demo (TST_FIRST_RUN (self->run)));
  g_assert_false (g_file_test (self->store, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (self->demo, G_FILE_TEST_IS_DIR));
  tst_field_book_list (tst_first_run_get_book (TST_FIRST_RUN (self->run)), "events", &query, count_row, &events, NULL);
  g_assert_cmpuint (events, ==, 2);
  case_free (self);
}

typedef struct
{
  GtkWidget *sign_in;
  const char *step;
} StepWanted;

static gboolean
is_at_step (gpointer user_data)
{
  StepWanted *wanted = user_data;

  return g_strcmp0 (tst_sign_in_get_step (TST_SIGN_IN (wanted->sign_in)), wanted->step) == 0;
}

static gboolean
is_sensitive (gpointer user_data)
{
  return gtk_widget_get_sensitive (user_data);
}

static void
enter_pin (GtkWidget *pad, const char *pin)
{
  for (const char *c = pin; *c != '\0'; c++)
    {
      char digit[2] = { *c, '\0' };

      g_signal_emit_by_name (tst_find_button (pad, digit), "clicked");
    }
  g_signal_emit_by_name (tst_find_button (pad, "Entrar"), "clicked");
}

static void
test_sign_in (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autoptr (TstSession) session = tst_session_new (settings);
  g_autoptr (TstVault) vault = NULL;
  g_autofree char *ana = tst_staff_add (fixture->book, NULL, "Ana Rojas", "supervision", PIN, &vault, NULL);
  g_autofree char *luis = tst_staff_add (fixture->book, vault, "Luis Peña", "atencion", "7730251", NULL, NULL);
  GtkWidget *sign_in, *window, *pad;
  StepWanted wanted = { NULL, "who" };
  guint signed_in = 0;

  tst_session_set_book (session, fixture->book);
  sign_in = tst_sign_in_new (session);
  g_signal_connect_swapped (sign_in, "signed-in", G_CALLBACK (count), &signed_in);
  window = show (sign_in);
  wanted.sign_in = sign_in;
  tst_wait_until (is_at_step, &wanted, 10);
  tst_shot_named (window, "first-run-who");
  g_signal_emit_by_name (tst_find_button (sign_in, "Luis Peña · Atención a la ciudadanía"), "clicked");
  wanted.step = "pin";
  g_assert_true (is_at_step (&wanted));
  tst_shot_named (window, "first-run-pin");

  /* Somebody else's PIN is not his. */
  pad = tst_find_type (sign_in, TST_TYPE_PIN_PAD);
  enter_pin (pad, PIN);
  g_assert_false (gtk_widget_get_sensitive (pad));
  tst_wait_until (is_sensitive, pad, 30);
  g_assert_cmpuint (signed_in, ==, 0);
  g_assert_null (tst_session_get_vault (session));

  enter_pin (pad, "7730251");
  tst_wait_until (is_positive, &signed_in, 30);
  g_assert_nonnull (tst_session_get_vault (session));
  g_assert_cmpstr (tst_session_get_author_name (session), ==, "Luis Peña");
  gtk_window_destroy (GTK_WINDOW (window));
  tst_session_set_book (session, NULL);
}

static void
test_all_forgotten (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autoptr (TstSession) session = tst_session_new (settings);
  g_autofree char *ana = tst_staff_add (fixture->book, NULL, "Ana Rojas", "supervision", PIN, NULL, NULL);
  g_autoptr (GPtrArray) staff = NULL;
  GtkWidget *sign_in, *window;
  StepWanted wanted = { NULL, "pin" };
  guint nobody = 0;

  tst_session_set_book (session, fixture->book);
  sign_in = tst_sign_in_new (session);
  g_signal_connect_swapped (sign_in, "nobody", G_CALLBACK (count), &nobody);
  window = show (sign_in);
  wanted.sign_in = sign_in;
  tst_wait_until (is_at_step, &wanted, 10); /* one person: straight to the PIN */
  g_signal_emit_by_name (tst_find_button (sign_in, "Olvidé el PIN"), "clicked");
  wanted.step = "forgotten";
  g_assert_true (is_at_step (&wanted));
  tst_shot_named (window, "first-run-forgotten");
  g_signal_emit_by_name (tst_find_button (sign_in, "Nadie lo recuerda: empezar de nuevo la lista"), "clicked");
  tst_wait_until (is_positive, &nobody, 10);
  staff = tst_staff_list (fixture->book, NULL);
  g_assert_cmpuint (staff->len, ==, 0);
  gtk_window_destroy (GTK_WINDOW (window));
  tst_session_set_book (session, NULL);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  tst_look_speak ("es");
  settings = g_settings_new ("co.testigo.Testigo");
  if (g_getenv ("TST_SHOT_SCALE") != NULL)
    g_settings_set_double (settings, "text-scale", g_ascii_strtod (g_getenv ("TST_SHOT_SCALE"), NULL));
  if (g_getenv ("TST_SHOT_DARK") != NULL)
    g_settings_set_string (settings, "look", "dark");
  tst_look_follow (settings);
  g_type_class_unref (g_type_class_ref (TST_TYPE_PAGE)); /* brings the resources */
  tst_find_style ();
  g_test_add_func ("/first-run/with-code", test_with_code);
  g_test_add_func ("/first-run/with-picture", test_with_picture);
  g_test_add_func ("/first-run/without-code", test_without_code);
  g_test_add_func ("/first-run/demo", test_demo);
  g_test_add_func ("/sign-in/right-and-wrong", test_sign_in);
  g_test_add_func ("/sign-in/all-forgotten", test_all_forgotten);
  return g_test_run ();
}
