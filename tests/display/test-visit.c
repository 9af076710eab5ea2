/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "event-fixture.h"

#include "journal/tst-visit.h"
#include "kiosk/tst-clock-card.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-event-close.h"
#include "kiosk/tst-event-page.h"
#include "kiosk/tst-photo-import.h"
#include "kiosk/tst-print.h"
#include "kiosk/tst-viewpoint-page.h"
#include "kiosk/tst-visit-check.h"
#include "kiosk/tst-visit-close.h"
#include "kiosk/tst-visit-entry.h"
#include "kiosk/tst-visit-list.h"
#include "kiosk/tst-visit-page.h"
#include "kiosk/tst-visit-recording.h"
#include "kiosk/tst-visit-signature.h"
#include "kiosk/tst-visit-stream.h"
#include "kiosk/tst-work-visits.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"
#include "widgets/tst-signature-pad.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static char *
visit_event (EventFixture *self)
{
  TstEventSpec spec = { .type = "visita_obra", .title = "Visita al puente", .work = "OB-1" };
  g_autoptr (GError) error = NULL;
  char *id = tst_field_book_open_event (self->journal->book, &spec, &error);

  g_assert_no_error (error);
  return id;
}

static JsonObject *
summary_of (EventFixture *self, const char *event)
{
  g_autoptr (GError) error = NULL;
  JsonObject *summary = tst_field_book_visit_summary (self->journal->book, event, &error);

  g_assert_no_error (error);
  return summary;
}

static guint
n_of (EventFixture *self, const char *event, const char *list)
{
  g_autoptr (JsonObject) summary = summary_of (self, event);

  return json_array_get_length (tst_json_array (summary, list));
}

static void
wait_count (TstVisitPage *page, TstVisitPart part, guint n)
{
  gint64 until = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (tst_visit_page_get_count (page, part) != n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_main_context_iteration (NULL, TRUE);
    }
}

static char *
add_photo (EventFixture *self, const char *event, const char *name, const TstPlace *place, const char *need)
{
  g_autofree char *path = journal_fixture_photo_file (self->journal, name);
  TstPhotoSpec spec = { .event_id = event, .work = "OB-1", .place = place, .need = need };
  TstPhotoResult result = { 0 };
  g_autoptr (GError) error = NULL;
  char *id;

  tst_field_book_add_photo (self->journal->book, &spec, path, &result, NULL, &error);
  g_assert_no_error (error);
  id = g_steal_pointer (&result.id);
  tst_photo_result_clear (&result);
  return id;
}

static char *G_GNUC_PRINTF (4, 5)
add (EventFixture *self, const char *type, const char *event, const char *format, ...)
{
  g_autofree char *json = NULL;
  g_autoptr (JsonObject) fields = NULL;
  g_autoptr (GError) error = NULL;
  va_list args;
  char *id;

  va_start (args, format);
  json = g_strdup_vprintf (format, args);
  va_end (args);
  fields = tst_json_parse_object (g_strdelimit (json, "'", '"'), -1, &error);
  g_assert_no_error (error);
  id = tst_field_book_add_visit_record (self->journal->book, type, event, fields, &error);
  g_assert_no_error (error);
  return id;
}

/* The button of the row that says so. */
static GtkWidget *
row_button (GtkWidget *widget, const char *text)
{
  JsonObject *row = g_object_get_data (G_OBJECT (widget), "row");

  if (row != NULL && g_strcmp0 (tst_json_string (row, "text"), text) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = row_button (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* The page of the space leads to it; every tile opens its part; what is saved is counted, ticked when it lacks nothing. */
static void
test_tiles (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = visit_event (self);
  GtkWidget *space = tst_event_page_new (self->session, event);
  TstPlace here = { .latitude = 7.12, .longitude = -73.12, .accuracy_m = 3.4, .altitude_m = NAN, .heading_deg = NAN, .source = "gnss" };
  g_autofree char *line = NULL;
  TstPage *visit, *entry;

  event_fixture_push (self, space);
  event_fixture_wait_string (space, "status", "open");
  event_fixture_shot (self, "visit-space");
  event_fixture_activate (space, "event.visit");
  visit = event_fixture_wait_page (self, TST_TYPE_VISIT_PAGE);
  wait_count (TST_VISIT_PAGE (visit), TST_PART_PHOTOS, 0);
  tst_session_set_position (self->session, &here);
  g_object_get (visit, "line", &line, NULL);
  g_assert_nonnull (strstr (line, "±4 m"));
  tst_settle (200);
  event_fixture_shot (self, "visit-empty");

  event_fixture_activate (visit, "visit.progress");
  entry = event_fixture_wait_page (self, TST_TYPE_VISIT_ENTRY);
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "programmed_pct", "60");
  event_fixture_activate (entry, "form.save");
  g_assert_nonnull (event_fixture_notice (entry));
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "observed_pct", "56");
  event_fixture_wait_boolean (entry, "asks-cause", FALSE);
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "observed_pct", "47,5");
  event_fixture_wait_boolean (entry, "asks-cause", TRUE);
  tst_settle (200);
  event_fixture_shot (self, "visit-progress");
  /* With its causes it still fits a phone at 200 %. */
  {
    GtkSettings *settings = gtk_settings_get_default ();
    int dpi, least;

    g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
    g_object_set (settings, "gtk-xft-dpi", 192 * 1024, NULL);
    tst_settle (200);
    gtk_widget_measure (GTK_WIDGET (entry), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
    g_assert_cmpint (least, <=, 360);
    g_object_set (settings, "gtk-xft-dpi", dpi, NULL);
    tst_settle (100);
  }
  /* Asked for once, and no more than asked. */
  event_fixture_activate (entry, "form.save");
  g_assert_nonnull (event_fixture_notice (entry));
  g_assert_cmpuint (tst_visit_page_get_count (TST_VISIT_PAGE (visit), TST_PART_PROGRESS), ==, 0);
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "cause", "clima");
  event_fixture_activate (entry, "form.save");
  event_fixture_wait_page (self, TST_TYPE_VISIT_PAGE);
  wait_count (TST_VISIT_PAGE (visit), TST_PART_PROGRESS, 1);
  g_assert_true (tst_visit_page_is_complete (TST_VISIT_PAGE (visit), TST_PART_PROGRESS));
  {
    g_autoptr (JsonObject) summary = summary_of (self, event);
    JsonObject *progress = tst_json_object (summary, "progress");

    g_assert_cmpfloat_with_epsilon (tst_json_double (progress, "deviation_pts", 0), -12.5, 1e-9);
    g_assert_cmpstr (tst_json_string (progress, "cause"), ==, "clima");
  }

  event_fixture_activate (visit, "visit.check");
  entry = event_fixture_wait_page (self, TST_TYPE_VISIT_CHECK);
  tst_visit_check_set (TST_VISIT_CHECK (entry), "valla", "true");
  tst_visit_check_set (TST_VISIT_CHECK (entry), "frentes", "2");
  tst_visit_check_set (TST_VISIT_CHECK (entry), "epp", "parcial");
  event_fixture_wait_uint (entry, "answered", 3);
  tst_settle (200);
  event_fixture_shot (self, "visit-check");
  event_fixture_activate (entry, "form.save");
  event_fixture_wait_page (self, TST_TYPE_VISIT_PAGE);
  wait_count (TST_VISIT_PAGE (visit), TST_PART_CHECK, 3);

  /* And gone on with later: one checklist, put right. */
  event_fixture_activate (visit, "visit.check");
  entry = event_fixture_wait_page (self, TST_TYPE_VISIT_CHECK);
  event_fixture_wait_uint (entry, "answered", 3);
  tst_visit_check_set (TST_VISIT_CHECK (entry), "valla", "false");
  tst_visit_check_set (TST_VISIT_CHECK (entry), "personal", "14");
  event_fixture_activate (entry, "form.save");
  event_fixture_wait_page (self, TST_TYPE_VISIT_PAGE);
  wait_count (TST_VISIT_PAGE (visit), TST_PART_CHECK, 4);
  tst_settle (200);
  event_fixture_shot (self, "visit-some");
}

static void
test_lists (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *before = visit_event (self);
  g_autofree char *event = visit_event (self);
  g_autofree char *old = add (self, "commitment", before, "{'text':'Poner barandas','responsible':'Consorcio','due_on':'2026-03-01'}");
  g_autofree char *photo = add_photo (self, event, "a.jpg", NULL, "general");
  g_autofree char *second = add_photo (self, event, "b.jpg", NULL, "frente");
  GtkWidget *page = tst_visit_list_new (self->session, TST_PART_FINDINGS, event, "OB-1");
  TstPage *entry;

  event_fixture_push (self, page);
  event_fixture_activate (page, "list.add");
  entry = event_fixture_wait_page (self, TST_TYPE_VISIT_ENTRY);
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "text", "Acero a la vista en la zapata tres");
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "item", "estructura");
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "photo", photo);
  tst_settle (200);
  event_fixture_shot (self, "visit-finding");
  event_fixture_activate (entry, "form.save");
  event_fixture_wait_page (self, TST_TYPE_VISIT_LIST);
  event_fixture_wait_uint (page, "n-rows", 1);
  tst_settle (200);
  event_fixture_shot (self, "visit-findings");

  page = tst_visit_list_new (self->session, TST_PART_COMMITMENTS, event, "OB-1");
  event_fixture_push (self, page);
  event_fixture_wait_uint (page, "n-open", 1);
  event_fixture_activate (page, "list.add");
  entry = event_fixture_wait_page (self, TST_TYPE_VISIT_ENTRY);
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "text", "Reparar el andén del costado norte");
  event_fixture_activate (entry, "form.save");
  g_assert_nonnull (event_fixture_notice (entry));
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "responsible", "Consorcio Vías del Valle");
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "due_on", "31/02/2026");
  event_fixture_activate (entry, "form.save");
  g_assert_nonnull (strstr (event_fixture_notice (entry), "27/03/2026"));
  /* As people write it; the record has it as records do. */
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "due_on", "15/4/2026");
  tst_settle (200);
  event_fixture_shot (self, "visit-commitment");
  event_fixture_activate (entry, "form.save");
  event_fixture_wait_page (self, TST_TYPE_VISIT_LIST);
  event_fixture_wait_uint (page, "n-rows", 1);
  {
    g_autoptr (GPtrArray) rows = journal_fixture_list (self->journal, "commitments", event);

    g_assert_cmpstr (tst_json_string (rows->pdata[0], "due_on"), ==, "2026-04-15");
  }
  tst_settle (200);
  event_fixture_shot (self, "visit-commitments");
  g_signal_emit_by_name (row_button (page, "Poner barandas"), "clicked");
  entry = event_fixture_wait_page (self, TST_TYPE_VISIT_ENTRY);
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "status", "cumplido");
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "photo", second);
  tst_settle (200);
  event_fixture_shot (self, "visit-commitment-close");
  event_fixture_activate (entry, "form.save");
  event_fixture_wait_page (self, TST_TYPE_VISIT_LIST);
  event_fixture_wait_uint (page, "n-open", 0);
  g_assert_cmpuint (n_of (self, event, "closed"), ==, 1);

  page = tst_visit_list_new (self->session, TST_PART_PHOTOS, event, "OB-1");
  event_fixture_push (self, page);
  event_fixture_wait_uint (page, "n-rows", 2);
  event_fixture_wait_uint (page, "n-missing", 0);
  tst_settle (300);
  event_fixture_shot (self, "visit-photos");
}

/* A signature is sealed as it is saved; the copy for the acta lies sealed under the PIN; who does not wish to sign is written down too. */
static void
test_signatures (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = visit_event (self);
  g_autofree char *found = NULL;
  GtkWidget *page = tst_visit_list_new (self->session, TST_PART_SIGNATURES, event, "OB-1");
  TstPage *entry;
  GtkWidget *pad;

  event_fixture_push (self, page);
  event_fixture_wait_uint (page, "n-missing", 4);
  event_fixture_activate (page, "list.add");
  entry = event_fixture_wait_page (self, TST_TYPE_VISIT_SIGNATURE);
  event_fixture_activate (entry, "form.save");
  g_assert_nonnull (event_fixture_notice (entry));
  tst_choice_set_value (TST_CHOICE (event_fixture_find (entry, TST_TYPE_CHOICE, FALSE)), "contratista");
  gtk_editable_set_text (GTK_EDITABLE (event_fixture_control (entry, "Nombre y apellidos")), "Ramiro Prueba");
  pad = event_fixture_find (entry, TST_TYPE_SIGNATURE_PAD, FALSE);
  event_fixture_activate (entry, "form.save");
  g_assert_cmpuint (n_of (self, event, "signatures"), ==, 0);
  tst_signature_pad_begin (TST_SIGNATURE_PAD (pad), 20, 80);
  for (guint i = 1; i < 30; i++)
    tst_signature_pad_line_to (TST_SIGNATURE_PAD (pad), 20 + 8 * i, 80 + 40 * sin (i / 3.0));
  tst_settle (200);
  event_fixture_shot (self, "visit-signature");
  event_fixture_activate (entry, "form.save");
  event_fixture_wait_page (self, TST_TYPE_VISIT_LIST);
  event_fixture_wait_uint (page, "n-rows", 1);
  event_fixture_activate (page, "list.add");
  entry = event_fixture_wait_page (self, TST_TYPE_VISIT_SIGNATURE);
  tst_choice_set_value (TST_CHOICE (event_fixture_find (entry, TST_TYPE_CHOICE, FALSE)), "comunidad");
  event_fixture_activate (entry, "signature.decline");
  event_fixture_wait_page (self, TST_TYPE_VISIT_LIST);
  event_fixture_wait_uint (page, "n-rows", 2);
  event_fixture_wait_uint (page, "n-missing", 2);
  tst_settle (200);
  event_fixture_shot (self, "visit-signatures");
  tst_drafts_flush ();
  found = journal_fixture_grep (self->journal, "Ramiro");
  g_assert_null (found);
}

/* What was begun is there after a crash, and gone once it is saved. */
static void
test_crash (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = visit_event (self);
  GtkWidget *page = tst_visit_entry_new (self->session, "finding", event, "OB-1", NULL, NULL);
  g_autoptr (JsonObject) summary = NULL;
  JsonObject *finding;
  TstPage *list;

  event_fixture_push (self, page);
  tst_visit_entry_set (TST_VISIT_ENTRY (page), "text", "Media frase cuando se apagó la tableta");
  tst_visit_entry_set (TST_VISIT_ENTRY (page), "item", "redes");
  tst_settle (1500);
  tst_drafts_flush ();
  event_fixture_crash (self);
  list = TST_PAGE (tst_visit_list_new (self->session, TST_PART_FINDINGS, event, "OB-1"));
  event_fixture_push (self, GTK_WIDGET (list));
  page = tst_visit_entry_new (self->session, "finding", event, "OB-1", NULL, NULL);
  event_fixture_push (self, page);
  event_fixture_wait_notice (page);
  event_fixture_activate (page, "form.save");
  event_fixture_wait_page (self, TST_TYPE_VISIT_LIST);
  event_fixture_wait_uint (list, "n-rows", 1);
  summary = summary_of (self, event);
  finding = json_array_get_object_element (tst_json_array (summary, "findings"), 0);
  g_assert_cmpstr (tst_json_string (finding, "text"), ==, "Media frase cuando se apagó la tableta");
  g_assert_cmpstr (tst_json_string (finding, "item"), ==, "redes");
  /* What was taken away in a correction stays away. */
  page = tst_visit_entry_new (self->session, "finding", event, "OB-1", finding, NULL);
  event_fixture_push (self, page);
  tst_visit_entry_set (TST_VISIT_ENTRY (page), "item", NULL);
  tst_settle (900);
  tst_drafts_flush ();
  event_fixture_crash (self);
  page = tst_visit_entry_new (self->session, "finding", event, "OB-1", finding, NULL);
  event_fixture_push (self, page);
  event_fixture_wait_notice (page);
  g_assert_null (tst_choice_get_value (TST_CHOICE (event_fixture_find (page, TST_TYPE_CHOICE, FALSE))));
}

static gboolean
is_read (gpointer entry)
{
  return gtk_widget_get_sensitive (entry);
}

static void
test_stream (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = visit_event (self);
  g_autofree char *photo = NULL;
  g_autofree char *stamp = NULL;
  GtkWidget *page = tst_visit_stream_new (self->session, event, "OB-1");
  TstPage *entry, *card;

  g_assert_cmpint (tst_visit_stream_parse_clock ("3:10"), ==, 190);
  g_assert_cmpint (tst_visit_stream_parse_clock ("1:03:10"), ==, 3790);
  g_assert_cmpint (tst_visit_stream_parse_clock ("15:04:05"), ==, 54245);
  g_assert_cmpint (tst_visit_stream_parse_clock ("3:75"), ==, -1);
  g_assert_cmpint (tst_visit_stream_parse_clock ("190"), ==, -1);
  g_assert_cmpint (tst_visit_stream_parse_clock ("tres"), ==, -1);

  event_fixture_push (self, page);
  tst_settle (300);
  event_fixture_shot (self, "visit-stream-off");
  event_fixture_activate (page, "stream.start");
  entry = event_fixture_wait_page (self, TST_TYPE_VISIT_ENTRY);
  event_fixture_activate (entry, "form.save");
  g_assert_nonnull (event_fixture_notice (entry));
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "platform", "facebook");
  tst_visit_entry_set (TST_VISIT_ENTRY (entry), "url", "https://facebook.com/villaluz/videos/1");
  tst_settle (200);
  event_fixture_shot (self, "visit-stream-start");
  event_fixture_activate (entry, "form.save");
  event_fixture_wait_page (self, TST_TYPE_VISIT_STREAM);
  event_fixture_wait_boolean (page, "live", TRUE);
  event_fixture_wait_uint (page, "n-moments", 1);
  tst_fixed_clock_advance (self->journal->clock, 60 * G_USEC_PER_SEC);
  photo = add_photo (self, event, "a.jpg", NULL, "general");
  tst_fixed_clock_advance (self->journal->clock, 60 * G_USEC_PER_SEC);
  g_assert_true (gtk_widget_activate_action (page, "stream.moment", "s", "pregunta"));
  event_fixture_wait_uint (page, "n-moments", 3);
  event_fixture_activate (page, "stream.card");
  card = event_fixture_wait_page (self, TST_TYPE_CLOCK_CARD);
  tst_settle (300);
  g_object_get (card, "stamp", &stamp, NULL);
  g_assert_cmpstr (stamp, ==, TST_CLOCK_CARD_PREFIX "2026-03-27T15:06:05.000Z");
  event_fixture_shot (self, "visit-clock-card");
  tst_page_leave (card);
  event_fixture_wait_page (self, TST_TYPE_VISIT_STREAM);
  gtk_editable_set_text (GTK_EDITABLE (event_fixture_control (page, "Minuto del video en que se ve (3:10)")), "1:58");
  {
    g_autoptr (GDateTime) local = g_date_time_new_from_unix_local (FIXTURE_UTC_S + 120);
    g_autofree char *wall = g_date_time_format (local, "%H:%M:%S");

    gtk_editable_set_text (GTK_EDITABLE (event_fixture_control (page, "Hora que muestra la tarjeta (15:04:05)")), wall);
  }
  event_fixture_activate (page, "stream.anchor");
  {
    gint64 until = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
    gint64 offset = 0;

    while (offset != 59000)
      {
        g_autoptr (JsonObject) summary = summary_of (self, event);

        g_assert_cmpint (g_get_monotonic_time (), <, until);
        tst_settle (50);
        offset = tst_json_int (json_array_get_object_element (tst_json_array (summary, "moments"), 1), "offset_ms", 0);
      }
  }
  tst_settle (300);
  event_fixture_shot (self, "visit-stream-on");
  event_fixture_activate (page, "stream.end");
  event_fixture_wait_boolean (page, "live", FALSE);
  event_fixture_wait_uint (page, "n-moments", 4);

  /* What is known of the recording only later: where it lies, and the hash of its file. */
  {
    g_autofree char *path = g_build_filename (self->journal->outside, "grabacion.mp4", NULL);
    g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "video", -1);
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_autoptr (JsonObject) summary = NULL;
    GtkWidget *field;

    g_assert_true (g_file_set_contents (path, "video", -1, NULL));
    g_assert_true (gtk_widget_get_visible (tst_find_button (page, "Anotar la grabación")));
    event_fixture_activate (page, "stream.recording");
    entry = event_fixture_wait_page (self, TST_TYPE_VISIT_ENTRY);
    tst_visit_entry_set (TST_VISIT_ENTRY (entry), "url", "https://facebook.com/villaluz/videos/1");
    field = event_fixture_control (entry, "Huella de la grabación (SHA-256)");
    tst_visit_recording_take (gtk_widget_get_parent (tst_find_button (GTK_WIDGET (entry), "Calcularla del archivo de la grabación")), file);
    tst_wait_until (is_read, field, 20);
    event_fixture_shot (self, "visit-recording");
    event_fixture_activate (entry, "form.save");
    event_fixture_wait_page (self, TST_TYPE_VISIT_STREAM);
    summary = summary_of (self, event);
    g_assert_cmpstr (tst_json_string (tst_json_object (summary, "stream"), "recording_sha256"), ==, hash);
    g_assert_cmpstr (tst_json_string (tst_json_object (summary, "stream"), "recording_url"), ==, "https://facebook.com/villaluz/videos/1");
  }
}

static void
on_acta (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GBytes **pdf = user_data;
  g_autoptr (GError) error = NULL;

  *pdf = tst_visit_close_make_acta_finish (TST_VISIT_CLOSE (source), result, &error);
  g_assert_no_error (error);
}

static GBytes *
make_acta (TstVisitClose *page)
{
  GBytes *pdf = NULL;
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  tst_visit_close_make_acta_async (page, NULL, on_acta, &pdf);
  while (pdf == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_main_context_iteration (NULL, TRUE);
    }
  return pdf;
}

/* The hash of a recording's file; of one that cannot be read the field keeps what it said, and a notice says so. */
static void
test_recording (void)
{
  GtkWidget *entry = g_object_ref_sink (gtk_entry_new ());
  GtkWidget *recording = g_object_ref_sink (tst_visit_recording_new (entry));
  GtkWidget *notice = gtk_widget_get_last_child (recording);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "testigo-recording.mp4", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) gone = g_file_new_for_path ("/nonexistent/recording.mp4");
  g_autoptr (GFile) far = g_file_new_for_uri ("https://video.example/recording.mp4");
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "video", -1);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "video", -1, &error);
  g_assert_no_error (error);
  tst_visit_recording_take (recording, file);
  tst_wait_until (is_read, entry, 20);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, hash);
  g_assert_null (tst_form_notice_get (notice));
  tst_visit_recording_take (recording, gone);
  g_assert_false (gtk_widget_get_sensitive (entry));
  tst_wait_until (is_read, entry, 20);
  g_assert_nonnull (tst_form_notice_get (notice));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, hash);
  tst_visit_recording_take (recording, file);
  tst_wait_until (is_read, entry, 20);
  g_assert_null (tst_form_notice_get (notice));
  tst_visit_recording_take (recording, far);
  g_assert_nonnull (tst_form_notice_get (notice));
  g_assert_true (gtk_widget_get_sensitive (entry));
  g_unlink (path);
  g_object_unref (recording);
  g_object_unref (entry);
}

static void
test_close (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = visit_event (self);
  g_autofree char *photo = add_photo (self, event, "a.jpg", NULL, "general");
  g_autofree char *declined = add (self, "signature", event, "{'role':'comunidad','signed':false}");
  GtkWidget *page = tst_visit_close_new (self->session, event, NULL);
  g_autoptr (GBytes) draft = NULL;
  g_autoptr (GBytes) final = NULL;
  TstPage *close;

  event_fixture_push (self, page);
  /* Checklist, progress, findings, commitments, three signatures. */
  event_fixture_wait_uint (page, "n-missing", 7);
  tst_settle (200);
  event_fixture_shot (self, "visit-close");
  draft = make_acta (TST_VISIT_CLOSE (page));
  g_assert_cmpuint (g_bytes_get_size (draft), >, 2000);
  g_assert_cmpint (memcmp (g_bytes_get_data (draft, NULL), "%PDF", 4), ==, 0);
  event_fixture_activate (page, "visit.close-event");
  close = event_fixture_wait_page (self, TST_TYPE_EVENT_CLOSE);
  event_fixture_activate (close, "event.close-now");
  event_fixture_wait_boolean (close, "closed", TRUE);
  final = make_acta (TST_VISIT_CLOSE (page));
  /* With the QR and the numbers it has become more. */
  g_assert_cmpuint (g_bytes_get_size (final), >, g_bytes_get_size (draft));
}

static void
test_viewpoint (void)
{
  const TstPlace place = { .latitude = 7.1200, .longitude = -73.1200, .accuracy_m = 4, .altitude_m = NAN, .heading_deg = 40, .source = "gnss" };
  TstPlace here = { .latitude = 7.1190, .longitude = -73.1210, .accuracy_m = 5, .altitude_m = NAN, .heading_deg = NAN, .source = "gnss" };
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *before = visit_event (self);
  g_autofree char *event = visit_event (self);
  g_autofree char *photo = add_photo (self, before, "a.jpg", &place, "general");
  g_autofree char *viewpoint = add (self, "viewpoint", before, "{'work':'OB-1','name':'Costado norte','photo':'%s'}", photo);
  g_autoptr (GPtrArray) rows = journal_fixture_list (self->journal, "viewpoints", NULL);
  GtkWidget *page, *list;
  double distance, bearing;

  list = tst_visit_list_new (self->session, TST_PART_PHOTOS, event, "OB-1");
  event_fixture_push (self, list);
  /* The general view, and this spot. */
  event_fixture_wait_uint (list, "n-missing", 2);
  tst_settle (200);
  event_fixture_shot (self, "visit-photos-missing");

  page = tst_viewpoint_page_new (self->session, rows->pdata[0], event);
  event_fixture_push (self, page);
  g_object_get (page, "distance-m", &distance, NULL);
  g_assert_cmpfloat (distance, ==, -1);
  tst_session_set_position (self->session, &here);
  g_object_get (page, "distance-m", &distance, "bearing-deg", &bearing, NULL);
  g_assert_cmpfloat_with_epsilon (distance, 156.6, 1);
  g_assert_cmpfloat_with_epsilon (bearing, 44.8, 1);
  {
    TstPlace looking = here;
    double turn;

    /* Without a compass the arrow has north above; with one it points from where the tablet looks. */
    g_object_get (page, "turn-deg", &turn, NULL);
    g_assert_cmpfloat (turn, ==, bearing);
    looking.heading_deg = 90;
    tst_session_set_position (self->session, &looking);
    g_object_get (page, "turn-deg", &turn, NULL);
    g_assert_cmpfloat_with_epsilon (turn, bearing + 270, 1e-6);
    tst_session_set_position (self->session, &here);
  }
  g_assert_cmpstr (tst_viewpoint_direction (bearing), ==, "hacia el noreste");
  g_assert_cmpstr (tst_viewpoint_direction (359), ==, "hacia el norte");
  tst_settle (500);
  event_fixture_shot (self, "viewpoint");
  /* Without a camera the files are chosen; what comes is paired all the same. */
  event_fixture_activate (page, "viewpoint.shoot");
  {
    TstPage *import = event_fixture_wait_page (self, TST_TYPE_PHOTO_IMPORT);
    g_autofree char *path = journal_fixture_photo_file (self->journal, "c.jpg");
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
    g_autoptr (GPtrArray) photos = NULL;

    g_list_store_append (files, file);
    tst_photo_import_add_files (TST_PHOTO_IMPORT (import), G_LIST_MODEL (files));
    event_fixture_wait_uint (import, "n-files", 1);
    event_fixture_activate (import, "import.save");
    /* The page of the files goes by itself once all is saved. */
    event_fixture_wait_uint (list, "n-missing", 1);
    photos = journal_fixture_list (self->journal, "photos", event);
    g_assert_cmpuint (photos->len, ==, 1);
    g_assert_cmpstr (tst_json_string (photos->pdata[0], "viewpoint"), ==, viewpoint);
    g_assert_cmpstr (tst_json_string (photos->pdata[0], "need"), ==, "punto");
  }
}

/* What the page of a work says of its visits. */
static void
test_work (void)
{
  const TstPlace place = { .latitude = 7.1200, .longitude = -73.1200, .accuracy_m = 4, .altitude_m = NAN, .heading_deg = 40, .source = "gnss" };
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *before = visit_event (self);
  g_autofree char *event = visit_event (self);
  g_autofree char *photo = add_photo (self, before, "a.jpg", &place, "general");
  g_autofree char *viewpoint = add (self, "viewpoint", before, "{'work':'OB-1','name':'Costado norte','photo':'%s'}", photo);
  g_autofree char *commitment = add (self, "commitment", before, "{'text':'Poner barandas','responsible':'Consorcio','due_on':'2026-03-01'}");
  GtkWidget *page = g_object_new (TST_TYPE_PAGE, "session", self->session, "title", "Obra", NULL);
  GtkWidget *visits = tst_work_visits_new (TST_PAGE (page), "OB-1");

  adw_bin_set_child (ADW_BIN (page), visits);
  event_fixture_push (self, page);
  tst_work_visits_reload (TST_WORK_VISITS (visits));
  event_fixture_wait_uint (visits, "n-viewpoints", 1);
  event_fixture_wait_uint (visits, "n-moments", 3);
  tst_settle (300);
  event_fixture_shot (self, "work-visits");
}

/* What goes to a printer is every page as it was drawn. */
static void
test_print (void)
{
  g_autofree char *folder = g_dir_make_tmp ("test-print-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "acta.pdf", NULL);
  TstPdf *pdf = tst_pdf_new ("Acta de visita", "Villaluz", "es");
  g_autoptr (GtkPrintOperation) operation = NULL;
  g_autofree char *command = g_strdup_printf ("pdftotext %s -", path);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  tst_pdf_text (pdf, TST_PDF_TEXT, "Primera hoja: acción");
  tst_pdf_page_break (pdf);
  tst_pdf_text (pdf, TST_PDF_TEXT, "Segunda hoja");
  operation = tst_print_new ("Acta de visita", pdf);
  gtk_print_operation_set_allow_async (operation, FALSE);
  gtk_print_operation_set_export_filename (operation, path);
  g_assert_cmpint (gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_EXPORT, NULL, &error), ==, GTK_PRINT_OPERATION_RESULT_APPLY);
  g_assert_no_error (error);
  g_assert_true (g_spawn_command_line_sync (command, &text, NULL, NULL, &error));
  g_assert_nonnull (strstr (text, "Primera hoja: acción"));
  g_assert_nonnull (strstr (text, "Segunda hoja"));
  g_assert_nonnull (strstr (text, "Página 2 de 2"));
  g_unlink (path);
  g_rmdir (folder);
}

static void
add_tests (void)
{
  g_test_add_func ("/visit/tiles", test_tiles);
  g_test_add_func ("/visit/lists", test_lists);
  g_test_add_func ("/visit/signatures", test_signatures);
  g_test_add_func ("/visit/crash", test_crash);
  g_test_add_func ("/visit/stream", test_stream);
  g_test_add_func ("/visit/recording", test_recording);
  g_test_add_func ("/visit/close", test_close);
  g_test_add_func ("/visit/viewpoint", test_viewpoint);
  g_test_add_func ("/visit/work", test_work);
  g_test_add_func ("/visit/print", test_print);
}

int
main (int argc, char **argv)
{
  return event_fixture_run (argc, argv, add_tests);
}
