/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"
#include "journal/tst-outbox-bundle.h"
#include "kiosk/tst-carry-page.h"
#include "kiosk/tst-outbox-export.h"
#include "kiosk/tst-outbox-page.h"
#include "kiosk/tst-outbox-row.h"
#include "kiosk/tst-outbox-sentence.h"
#include "kiosk/tst-page-stack.h"
#include "kiosk/tst-proof-page.h"
#include "record/tst-body.h"
#include "support/tst-fake-sync.h"
#include "support/tst-shot.h"

#include <glib/gstdio.h>

typedef struct
{
  JournalFixture *fixture;
  TstSession *session;
  TstFakeSync *sync;
  GtkWidget *window, *stack;
  TstOutboxPage *page;
  char *event;
} Desk;

static GSettings *settings;

static void
desk_open (Desk *desk, gboolean enrolled, guint photos)
{
  *desk = (Desk) { journal_fixture_new (enrolled) };
  desk->event = journal_fixture_event (desk->fixture);
  for (guint i = 0; i < photos; i++)
    {
      g_autofree char *name = g_strdup_printf ("foto-%u.jpg", i);
      g_autofree char *id = journal_fixture_add_photo (desk->fixture, desk->event, name);
    }
  desk->sync = tst_fake_sync_new ();
  desk->session = tst_session_new (settings);
  tst_session_set_book (desk->session, desk->fixture->book);
  tst_session_set_sync (desk->session, TST_SYNC_CONTROL (desk->sync));
  desk->page = TST_OUTBOX_PAGE (tst_outbox_page_new (desk->session));
  desk->stack = tst_page_stack_new (TST_PAGE (desk->page));
  desk->window = adw_window_new ();
  adw_window_set_content (ADW_WINDOW (desk->window), desk->stack);
  gtk_window_set_default_size (GTK_WINDOW (desk->window), 420, 800);
  gtk_window_present (GTK_WINDOW (desk->window));
}

static void
desk_close (Desk *desk)
{
  gtk_window_destroy (GTK_WINDOW (desk->window));
  tst_settle (50);
  g_clear_object (&desk->session);
  g_clear_object (&desk->sync);
  journal_fixture_free (desk->fixture);
  g_free (desk->event);
}

typedef struct
{
  Desk *desk;
  const char *part;
  guint n;
} Rows;

static gboolean
has_rows (gpointer data)
{
  Rows *rows = data;

  return tst_outbox_page_get_n_rows (rows->desk->page, rows->part) == rows->n;
}

static void
wait_rows (Desk *desk, const char *part, guint n)
{
  Rows rows = { desk, part, n };

  tst_wait_until (has_rows, &rows, 60);
}

static GtkWidget *
find_row (GtkWidget *widget, const char *id)
{
  if (TST_IS_OUTBOX_ROW (widget))
    return g_strcmp0 (tst_outbox_row_get_id (TST_OUTBOX_ROW (widget)), id) == 0 ? widget : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_row (child, id);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* With plain spaces for those that do not break. */
static char *
plain (const char *text)
{
  g_autoptr (GString) string = g_string_new (text);

  g_string_replace (string, "\302\240", " ", 0);
  return g_strdup (string->str);
}

static void
assert_says (const TstOutboxMood *mood, const char *wanted)
{
  g_autofree char *sentence = tst_outbox_sentence (mood);
  g_autofree char *spoken = plain (sentence);

  g_assert_cmpstr (spoken, ==, wanted);
}

/* Every state, and what must stand in each. */
static void
test_sentence (void)
{
  const TstOutboxMood usual = { .running = TRUE, .enrolled = TRUE, .state = "idle", .error_code = "", .metered_allowed = TRUE,
                                .retry_in_s = -1, .waiting = 14, .received = 3 };
  TstOutboxMood mood = usual;

  assert_says (&mood, "14 registros están guardados en esta tableta y esperan su turno para salir.");
  mood.waiting = 1;
  assert_says (&mood, "1 registro está guardado en esta tableta y espera su turno para salir.");
  mood.waiting = 0;
  assert_says (&mood, "Todo está en la central, y esta tableta lo comprobó.");
  mood.held = 2;
  assert_says (&mood, "2 registros de la ciudadanía esperan su hora para salir, así no se sabe quién los dejó. Lo demás ya está en la central.");
  mood.held = mood.received = 0;
  assert_says (&mood, "Todavía no hay nada que enviar.");

  mood = usual;
  mood.set_aside = 2;
  mood.waiting = 0;
  assert_says (&mood, "Lo que no se apartó ya está en la central, y esta tableta lo comprobó. 2 envíos quedaron apartados; vea por qué.");

  mood = usual;
  mood.state = "connecting";
  assert_says (&mood, "Buscando la central. Sus 14 registros están guardados en esta tableta.");
  mood.error_code = "unreachable";
  assert_says (&mood, "El último intento no sirvió; se busca la central otra vez. Sus 14 registros están guardados en esta tableta.");

  mood = usual;
  mood.state = "sending";
  assert_says (&mood, "Enviando.");
  mood.bytes_total = 12000000;
  mood.bytes_done = 3400000;
  assert_says (&mood, "Enviando: van 3,4 MB de 12 MB.");
  mood.rate = 100000;
  assert_says (&mood, "Enviando: van 3,4 MB de 12 MB, a 100 kB por segundo. Falta cerca de 2 minutos.");
  /* All of it left is not all of it received. */
  mood.bytes_done = 12000000;
  assert_says (&mood, "Ya salieron 12 MB. Falta que la central confirme que los tiene.");

  mood = usual;
  mood.state = "waiting";
  mood.error_code = "unreachable";
  mood.retry_in_s = 40;
  assert_says (&mood, "No hay conexión con la central. Sus 14 registros están guardados en esta tableta. Próximo intento en 40 segundos.");
  mood.retry_in_s = -1;
  assert_says (&mood, "No hay conexión con la central. Sus 14 registros están guardados en esta tableta. Se intenta de nuevo sin que usted haga nada.");
  mood.error_code = "";
  mood.metered_allowed = FALSE;
  assert_says (&mood, "Se espera una red Wi-Fi para enviar. Sus 14 registros están guardados en esta tableta.");

  mood = usual;
  mood.paused = TRUE;
  mood.error_code = "unreachable";
  assert_says (&mood, "Usted detuvo el envío. Sus 14 registros están guardados en esta tableta.");
  mood = usual;
  mood.enrolled = FALSE;
  assert_says (&mood, "Esta tableta no tiene todavía el código de un municipio. Sus 14 registros están guardados en esta tableta. Se envían cuando lo cargue.");
  mood = usual;
  mood.error_code = "not-enrolled";
  assert_says (&mood, "La Alcaldía aún no ha activado esta tableta. Sus 14 registros están guardados en esta tableta. Se envían cuando la active.");
  mood = usual;
  mood.running = FALSE;
  assert_says (&mood, "El envío no está en marcha. Sus 14 registros están guardados en esta tableta.");
  mood = usual;
  mood.state = "stopped";
  mood.error_code = "bad-proof";
  assert_says (&mood, "La central no pudo probar lo que dice. El envío se detuvo: avise a la Alcaldía. Sus 14 registros están guardados en esta tableta.");
}

/* No trouble, known or not, may sound as if all were well, and each says that what is saved is safe. */
static void
test_trouble (void)
{
  static const char *const codes[] = { "unreachable", "captive-portal", "redirected", "untrusted", "bad-proof", "bad-signature", "bad-receipt",
                                       "fork", "refused", "bad-enrolment", "busy", "no-space", "io", "a-code-of-tomorrow" };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      TstOutboxMood mood = { .running = TRUE, .enrolled = TRUE, .state = "waiting", .error_code = codes[i], .metered_allowed = TRUE,
                             .retry_in_s = 30, .waiting = 14 };
      g_autofree char *sentence = tst_outbox_sentence (&mood);

      g_assert_nonnull (strstr (sentence, "Sus 14 registros están guardados en esta tableta."));
      g_assert_null (strstr (sentence, "Todo está"));
      g_assert_nonnull (tst_outbox_reason (codes[i]));
      g_hash_table_add (seen, g_steal_pointer (&sentence));
    }
  /* "io" and the unknown one share theirs. */
  g_assert_cmpuint (g_hash_table_size (seen), ==, G_N_ELEMENTS (codes) - 1);
}

static void
assert_page_says (Desk *desk, const char *part)
{
  g_autofree char *sentence = plain (tst_outbox_page_get_sentence (desk->page));

  if (strstr (sentence, part) == NULL)
    g_error ("«%s» does not say «%s»", sentence, part);
}

/* The page follows the transport through all its states. */
static void
test_states (void)
{
  Desk desk;
  gboolean paused, allowed;

  desk_open (&desk, TRUE, 2);
  wait_rows (&desk, "waiting", 5);
  assert_page_says (&desk, "esperan su turno");
  tst_fake_sync_say (desk.sync, "connecting", "", 0);
  assert_page_says (&desk, "Buscando la central");
  tst_fake_sync_progress (desk.sync, 1000, 4000, 500);
  tst_fake_sync_say (desk.sync, "sending", "", 0);
  assert_page_says (&desk, "Enviando: van 1 kB de 4 kB");
  tst_fake_sync_say (desk.sync, "waiting", "unreachable", 40);
  assert_page_says (&desk, "Próximo intento en 40 segundos");
  tst_settle (2200);
  g_assert_null (strstr (tst_outbox_page_get_sentence (desk.page), "40 segundos"));
  assert_page_says (&desk, "Próximo intento en 3");
  tst_fake_sync_say (desk.sync, "waiting", "captive-portal", 40);
  assert_page_says (&desk, "pide iniciar sesión");
  tst_fake_sync_say (desk.sync, "waiting", "untrusted", 40);
  assert_page_says (&desk, "no es la central de su Alcaldía");
  tst_fake_sync_say (desk.sync, "idle", "not-enrolled", 0);
  assert_page_says (&desk, "aún no ha activado");

  gtk_widget_activate_action (GTK_WIDGET (desk.page), "outbox.pause", NULL);
  g_object_get (desk.sync, "paused", &paused, NULL);
  g_assert_true (paused);
  g_assert_true (g_settings_get_boolean (settings, "sync-paused"));
  assert_page_says (&desk, "Usted detuvo el envío");
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "outbox.pause", NULL);
  g_object_get (desk.sync, "paused", &paused, NULL);
  g_assert_false (paused);

  gtk_widget_activate_action (GTK_WIDGET (desk.page), "outbox.retry", NULL);
  g_assert_cmpuint (tst_fake_sync_get_kicks (desk.sync), ==, 1);

  tst_fake_sync_say (desk.sync, "waiting", "", 0);
  g_object_set (desk.sync, "metered-allowed", FALSE, NULL);
  assert_page_says (&desk, "Se espera una red Wi-Fi");
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "outbox.retry", NULL);
  g_assert_cmpuint (tst_fake_sync_get_kicks (desk.sync), ==, 1); /* what would change nothing cannot be pressed */
  g_assert_false (g_settings_get_boolean (settings, "metered-allowed"));
  g_object_set (desk.sync, "metered-allowed", TRUE, NULL);
  g_object_get (desk.sync, "metered-allowed", &allowed, NULL);
  g_assert_true (allowed);
  desk_close (&desk);

  desk_open (&desk, FALSE, 1);
  wait_rows (&desk, "waiting", 3);
  assert_page_says (&desk, "no tiene todavía el código");
  desk_close (&desk);
}

static gboolean
is_copied (gpointer path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
is_judged (gpointer page)
{
  return *tst_proof_page_get_verdict (page) != '\0';
}

static gboolean
is_carried (gpointer row)
{
  return g_str_has_prefix (tst_outbox_row_get_state (TST_OUTBOX_ROW (row)), "Guardado aquí. Otra tableta");
}

/* From waiting through set aside to received and its proof. */
static void
test_items (void)
{
  Desk desk;
  g_autofree char *photo = NULL, *copy = NULL, *sha256 = NULL, *bytes = NULL, *original = NULL, *path = NULL, *spoken = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) place = NULL;
  GtkWidget *row;
  TstPage *proof;
  TstHash hash;
  gsize size, original_size;

  desk_open (&desk, TRUE, 0);
  photo = journal_fixture_add_photo (desk.fixture, desk.event, "fachada.jpg");
  tst_session_saved (desk.session);
  wait_rows (&desk, "waiting", 4);
  row = find_row (GTK_WIDGET (desk.page), photo);
  g_assert_cmpstr (tst_outbox_row_get_state (TST_OUTBOX_ROW (row)), ==, "Guardado en esta tableta");
  {
    g_autoptr (GPtrArray) rows = journal_fixture_list (desk.fixture, "photos", NULL);

    sha256 = g_strdup (tst_json_string (journal_fixture_row (rows, photo), "sha256"));
  }
  /* Another tablet carries the record: said, and still not received. */
  {
    g_autoptr (GPtrArray) rows = journal_fixture_list (desk.fixture, "shipments", NULL);
    g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (TstHash));
    guint known;

    g_assert_true (tst_hash_from_hex (tst_json_string (journal_fixture_row (rows, photo), "record"), &hash));
    g_array_append_val (items, hash);
    tst_outbox_store_relayed (desk.fixture->book, items, "testigo/d/otra", 1774000000, &known, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (known, ==, 1);
    g_signal_emit_by_name (desk.sync, "changed");
    tst_wait_until (is_carried, find_row (GTK_WIDGET (desk.page), photo), 20);
    g_assert_cmpuint (tst_outbox_page_get_n_rows (desk.page, "waiting"), ==, 4);
  }
  g_signal_emit_by_name (desk.sync, "item-progress", sha256, (guint64) 436, (guint64) 1000);
  spoken = plain (tst_outbox_row_get_state (TST_OUTBOX_ROW (row)));
  g_assert_cmpstr (spoken, ==, "Enviando: va el 43 %");

  g_assert_true (tst_hash_from_hex (sha256, &hash));
  tst_outbox_set_aside (desk.fixture->book, &hash, "refused", "No", &error);
  g_assert_no_error (error);
  g_signal_emit_by_name (desk.sync, "changed");
  wait_rows (&desk, "set_aside", 1);
  wait_rows (&desk, "waiting", 3);
  assert_page_says (&desk, "1 envío quedó apartado");
  tst_shot_named (desk.window, "envios-apartado");
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "outbox.retry-item", "s", sha256);
  g_assert_cmpstr (tst_fake_sync_get_retried (desk.sync), ==, sha256);

  gtk_widget_activate_action (GTK_WIDGET (desk.page), "outbox.carry-item", "s", photo);
  g_assert_true (TST_IS_CARRY_PAGE (tst_page_stack_get_visible (TST_PAGE_STACK (desk.stack))));
  tst_page_stack_pop (TST_PAGE_STACK (desk.stack));

  copy = g_build_filename (desk.fixture->outside, "copia.jpg", NULL);
  place = g_file_new_for_path (copy);
  tst_outbox_export (TST_PAGE (desk.page), sha256, place);
  tst_wait_until (is_copied, copy, 60);
  tst_settle (200);
  path = tst_media_store_path (tst_field_book_get_media (desk.fixture->book), &hash);
  g_assert_true (g_file_get_contents (copy, &bytes, &size, NULL));
  g_assert_true (g_file_get_contents (path, &original, &original_size, NULL));
  g_assert_cmpmem (bytes, size, original, original_size);

  tst_outbox_retry (desk.fixture->book, NULL, &error);
  journal_fixture_receive (desk.fixture, TST_CHAIN_FIELD, TRUE);
  g_signal_emit_by_name (desk.sync, "changed");
  wait_rows (&desk, "received", 4);
  wait_rows (&desk, "waiting", 0);
  wait_rows (&desk, "set_aside", 0);
  tst_fake_sync_say (desk.sync, "idle", "", 0);
  g_assert_cmpstr (tst_outbox_page_get_sentence (desk.page), ==, "Todo está en la central, y esta tableta lo comprobó.");

  gtk_widget_activate_action (GTK_WIDGET (desk.page), "outbox.proof", "s", photo);
  proof = tst_page_stack_get_visible (TST_PAGE_STACK (desk.stack));
  g_assert_true (TST_IS_PROOF_PAGE (proof));
  tst_wait_until (is_judged, proof, 60);
  g_assert_cmpstr (tst_proof_page_get_verdict (TST_PROOF_PAGE (proof)), ==, "good");

  /* One bit of the picture, and the page says so. */
  original[original_size / 2] ^= 1;
  g_assert_true (g_file_set_contents (path, original, original_size, NULL));
  gtk_widget_activate_action (GTK_WIDGET (proof), "proof.check", NULL);
  tst_wait_until (is_judged, proof, 60);
  g_assert_cmpstr (tst_proof_page_get_verdict (TST_PROOF_PAGE (proof)), ==, "bad");
  desk_close (&desk);
}

/* At most 200 lines at first. */
static void
test_many (void)
{
  Desk desk;

  desk_open (&desk, TRUE, 0);
  for (guint i = 0; i < 230; i++)
    {
      g_autofree char *id = tst_field_book_add_note (desk.fixture->book, desk.event, NULL, "Una nota", NULL);
    }
  tst_session_saved (desk.session);
  wait_rows (&desk, "waiting", 200);
  tst_settle (300);
  g_assert_cmpuint (tst_outbox_page_get_n_rows (desk.page, "waiting"), ==, 200);
  desk_close (&desk);
}

int
main (int argc, char **argv)
{
  int result;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  settings = g_settings_new ("co.testigo.Testigo");
  g_test_add_func ("/outbox/sentence", test_sentence);
  g_test_add_func ("/outbox/trouble", test_trouble);
  g_test_add_func ("/outbox/states", test_states);
  g_test_add_func ("/outbox/items", test_items);
  g_test_add_func ("/outbox/many", test_many);
  result = g_test_run ();
  g_clear_object (&settings);
  return result;
}
