/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tst-acta.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "model/tst-code-lists.h"
#include "model/tst-visit-form.h"
#include "record/tst-body.h"
#include "report/tst-moments.h"
#include "report/tst-pdf.h"

#include <math.h>
#include <string.h>

#define PICTURE_WIDTH 900 /* pixels: sharp on paper at half a page's width */
#define ACCENT 0x14626b
#define SIGNATURE_MM 22

#define T(es_text, en_text) (acta->english ? (en_text) : (es_text))

typedef struct
{
  const TstActaSource *source;
  TstPdf *pdf;
  GTimeZone *zone;
  gboolean english;
  const char *lang;
} Acta;

/* --- words --- */

static char *
long_date (const Acta *acta, GDateTime *when)
{
  static const char *const months[] = { "enero",  "febrero", "marzo",      "abril",   "mayo",      "junio",
                                        "julio",  "agosto",  "septiembre", "octubre", "noviembre", "diciembre" };
  static const char *const months_en[] = { "January", "February", "March",     "April",   "May",      "June",
                                           "July",    "August",   "September", "October", "November", "December" };
  int month = g_date_time_get_month (when) - 1;

  if (acta->english)
    return g_strdup_printf ("%d %s %d", g_date_time_get_day_of_month (when), months_en[month], g_date_time_get_year (when));
  return g_strdup_printf ("%d de %s de %d", g_date_time_get_day_of_month (when), months[month], g_date_time_get_year (when));
}

/* RFC 3339 as a day and a clock of the town. NULL for what is no time. */
static char *
when_text (const Acta *acta, const char *text)
{
  g_autoptr (GDateTime) utc = text != NULL ? g_date_time_new_from_iso8601 (text, acta->zone) : NULL;
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_timezone (utc, acta->zone) : NULL;
  g_autofree char *date = NULL;
  g_autofree char *clock = NULL;

  if (local == NULL)
    return NULL;
  date = long_date (acta, local);
  clock = g_date_time_format (local, "%H:%M");
  return g_strdup_printf ("%s, %s", date, clock);
}

static char *
day_text (const Acta *acta, const char *text)
{
  g_autofree char *midnight = text != NULL ? g_strdup_printf ("%.10sT00:00:00Z", text) : NULL;
  g_autoptr (GDateTime) day = midnight != NULL ? g_date_time_new_from_iso8601 (midnight, NULL) : NULL;

  return day != NULL ? long_date (acta, day) : NULL;
}

static char *
number_text (const Acta *acta, double value)
{
  char *text = g_strdup_printf ("%.1f", value);

  if (g_str_has_suffix (text, ".0"))
    text[strlen (text) - 2] = '\0';
  return acta->english ? text : g_strdelimit (text, ".", ',');
}

char *
tst_acta_gap_text (const TstVisitGap *gap, const char *language)
{
  gboolean english = g_strcmp0 (language, "en") == 0;

  switch (gap->kind)
    {
    case TST_GAP_PHOTO_GENERAL:
      return g_strdup (english ? "The photo of the general view is missing" : "Falta la foto de la vista general");
    case TST_GAP_PHOTO_SIGN:
      return g_strdup (english ? "The photo of the site sign is missing" : "Falta la foto de la valla");
    case TST_GAP_PHOTO_FRONTS:
      if (gap->n == 1)
        return g_strdup (english ? "The photo of one work front is missing" : "Falta la foto de un frente de trabajo");
      return g_strdup_printf (english ? "The photos of %u work fronts are missing" : "Faltan las fotos de %u frentes de trabajo", gap->n);
    case TST_GAP_PHOTO_VIEWPOINT:
      return g_strdup_printf (english ? "The viewpoint «%s» was not repeated" : "Falta repetir el punto fotográfico «%s»", gap->text);
    case TST_GAP_CHECK:
      if (gap->n == 1)
        return g_strdup (english ? "One question of the checklist has no answer" : "Falta una respuesta de la lista de chequeo");
      return g_strdup_printf (english ? "%u questions of the checklist have no answer" : "Faltan %u respuestas de la lista de chequeo", gap->n);
    case TST_GAP_PROGRESS:
      return g_strdup (english ? "The observed progress is missing" : "Falta el avance observado");
    case TST_GAP_CAUSE:
      return g_strdup (english ? "The cause of the deviation is missing" : "Falta la causa de la desviación");
    case TST_GAP_FINDINGS:
      return g_strdup (english ? "No findings were written down" : "No hay novedades");
    case TST_GAP_COMMITMENTS:
      return g_strdup (english ? "There are no commitments" : "No hay compromisos");
    case TST_GAP_SIGNATURE:
      return g_strdup_printf (english ? "The signature is missing: %s" : "Falta la firma: %s", tst_code_label (TST_LIST_VISIT_ROLE, gap->id, language));
    default:
      g_assert_not_reached ();
    }
}

/* --- the parts --- */

static void
put_head (Acta *acta)
{
  const TstActaSource *source = acta->source;
  JsonObject *event = tst_json_object (source->summary, "event");
  JsonObject *stream = tst_json_object (source->summary, "stream");
  g_autofree char *starts = when_text (acta, tst_json_string (event, "starts"));
  g_autofree char *closed = source->closing != NULL ? when_text (acta, tst_json_string (source->closing, "time")) : NULL;
  g_autofree char *work = NULL;

  tst_pdf_text (acta->pdf, TST_PDF_TITLE, T ("Acta de visita de obra", "Record of a site visit"));
  tst_pdf_text (acta->pdf, TST_PDF_TEXT, source->town->entity);
  if (source->town->fictitious)
    tst_pdf_text (acta->pdf, TST_PDF_SMALL, source->town->fictitious_notice);
  tst_pdf_space (acta->pdf, 2);
  tst_pdf_fact (acta->pdf, T ("Visita", "Visit"), tst_json_string (event, "title"));
  if (source->work != NULL)
    work = g_strdup_printf ("%s · %s", tst_json_string (event, "work"), tst_json_string (source->work, "title"));
  tst_pdf_fact (acta->pdf, T ("Obra", "Work"), work != NULL ? work : tst_json_string (event, "work"));
  if (source->work != NULL)
    {
      tst_pdf_fact (acta->pdf, T ("Barrio o vereda", "Neighbourhood"), tst_json_string (source->work, "barrio"));
      tst_pdf_fact (acta->pdf, T ("Contratista", "Contractor"), tst_json_string (source->work, "contractor"));
    }
  tst_pdf_fact (acta->pdf, T ("Comenzó", "Began"), starts);
  tst_pdf_fact (acta->pdf, T ("Terminó", "Ended"), source->closing != NULL ? closed : T ("Sigue abierta: este es un borrador", "Still open: this is a draft"));
  tst_pdf_fact (acta->pdf, T ("Quién la hizo", "Made by"), source->author_name);
  tst_pdf_fact (acta->pdf, T ("Tableta", "Tablet"), source->device);
  tst_pdf_fact (acta->pdf, T ("Transmisión", "Live stream"), stream != NULL ? tst_json_string (stream, "url") : NULL);
}

static void
put_participants (Acta *acta)
{
  JsonArray *signatures = tst_json_array (acta->source->summary, "signatures");
  g_autoptr (GString) roles = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (signatures); i++)
    {
      const char *role = tst_code_label (TST_LIST_VISIT_ROLE, tst_json_string (json_array_get_object_element (signatures, i), "role"), acta->lang);

      if (role != NULL && strstr (roles->str, role) == NULL)
        g_string_append_printf (roles, "%s%s", roles->len > 0 ? ", " : "", role);
    }
  tst_pdf_fact (acta->pdf, T ("Participaron", "Took part"), roles->str);
}

static void
put_progress (Acta *acta)
{
  JsonObject *progress = tst_json_object (acta->source->summary, "progress");
  double deviation;

  tst_pdf_text (acta->pdf, TST_PDF_HEADING, T ("Avance", "Progress"));
  if (progress == NULL)
    {
      tst_pdf_text (acta->pdf, TST_PDF_TEXT, T ("No se registró.", "Not written down."));
      return;
    }
  tst_pdf_bar (acta->pdf, T ("Programado", "Programmed"), tst_json_double (progress, "programmed_pct", NAN), 0x8a949c);
  tst_pdf_bar (acta->pdf, T ("Observado", "Observed"), tst_json_double (progress, "observed_pct", NAN), ACCENT);
  if (json_object_has_member (progress, "financial_pct"))
    tst_pdf_bar (acta->pdf, T ("Financiero", "Financial"), tst_json_double (progress, "financial_pct", NAN), 0x8a949c);
  deviation = tst_json_double (progress, "deviation_pts", NAN);
  if (isfinite (deviation))
    {
      g_autofree char *points = number_text (acta, fabs (deviation));
      g_autofree char *text
        = deviation == 0 ? g_strdup (T ("Va según lo programado.", "As programmed."))
                         : g_strdup_printf (deviation < 0 ? T ("%s puntos por debajo de lo programado.", "%s points below the programme.")
                                                          : T ("%s puntos por encima de lo programado.", "%s points above the programme."),
                                            points);

      tst_pdf_text (acta->pdf, TST_PDF_TEXT, text);
    }
  if (tst_json_string (progress, "cause") != NULL)
    {
      JsonArray *more = tst_json_array (progress, "more_causes");
      g_autoptr (GString) causes = g_string_new (tst_code_label (TST_LIST_CAUSE, tst_json_string (progress, "cause"), acta->lang));

      for (guint i = 0; more != NULL && i < json_array_get_length (more); i++)
        g_string_append_printf (causes, ", %s", tst_code_label (TST_LIST_CAUSE, json_array_get_string_element (more, i), acta->lang));
      tst_pdf_fact (acta->pdf, T ("Causa", "Cause"), causes->str);
    }
  tst_pdf_fact (acta->pdf, T ("Explicación", "Explanation"), tst_json_string (progress, "cause_text"));
}

static void
put_check (Acta *acta)
{
  JsonObject *check = tst_json_object (acta->source->summary, "check");
  JsonObject *answers = check != NULL ? tst_json_object (check, "answers") : NULL;
  guint n_questions;
  const TstVisitQuestion *questions = tst_visit_form (&n_questions);

  tst_pdf_text (acta->pdf, TST_PDF_HEADING, T ("Lista de chequeo", "Checklist"));
  for (guint i = 0; i < n_questions; i++)
    {
      g_autofree char *answer = tst_visit_form_answer_text (&questions[i], answers, acta->lang);

      tst_pdf_fact (acta->pdf, T (questions[i].es, questions[i].en), answer != NULL ? answer : T ("Sin respuesta", "No answer"));
    }
}

/* The number that a photo of this visit has in the acta; 0: it is not in it. */
static guint
photo_number (Acta *acta, const char *id)
{
  JsonArray *photos = tst_json_array (acta->source->summary, "photos");
  guint n = json_array_get_length (photos);

  for (guint i = 0; i < n && id != NULL; i++)
    if (g_strcmp0 (tst_json_string (json_array_get_object_element (photos, i), "id"), id) == 0)
      return n - i;
  return 0;
}

static void
put_findings (Acta *acta)
{
  JsonArray *findings = tst_json_array (acta->source->summary, "findings");

  tst_pdf_text (acta->pdf, TST_PDF_HEADING, T ("Novedades", "Findings"));
  if (json_array_get_length (findings) == 0)
    tst_pdf_text (acta->pdf, TST_PDF_TEXT, T ("No se registraron.", "None were written down."));
  /* In the order in which they were found; the list has the newest first. */
  for (guint i = json_array_get_length (findings); i > 0; i--)
    {
      JsonObject *finding = json_array_get_object_element (findings, i - 1);
      const char *item = tst_code_label (TST_LIST_WORK_ITEM, tst_json_string (finding, "item"), acta->lang);
      guint photo = photo_number (acta, tst_json_string (finding, "photo"));
      g_autofree char *seen = photo > 0 ? g_strdup_printf (T (" (foto %u)", " (photo %u)"), photo) : g_strdup ("");
      g_autofree char *text = g_strdup_printf ("• %s%s%s%s", item != NULL ? item : "", item != NULL ? ": " : "", tst_json_string (finding, "text"), seen);

      tst_pdf_text (acta->pdf, TST_PDF_TEXT, text);
    }
}

/* What an earlier commitment said, where this tablet knows it. */
static const char *
earlier_text (Acta *acta, const char *id)
{
  JsonArray *earlier = tst_json_array (acta->source->summary, "earlier");

  for (guint i = 0; earlier != NULL && i < json_array_get_length (earlier); i++)
    if (g_strcmp0 (tst_json_string (json_array_get_object_element (earlier, i), "id"), id) == 0)
      return tst_json_string (json_array_get_object_element (earlier, i), "text");
  return NULL;
}

static void
put_commitments (Acta *acta)
{
  JsonArray *made = tst_json_array (acta->source->summary, "commitments");
  JsonArray *closed = tst_json_array (acta->source->summary, "closed");
  const char *titles[] = { T ("Compromiso", "Commitment"), T ("Responsable", "Responsible"), T ("Fecha", "Due"), NULL };
  static const double weights[] = { 3, 1.6, 1.4 };

  tst_pdf_text (acta->pdf, TST_PDF_HEADING, T ("Compromisos", "Commitments"));
  if (json_array_get_length (made) == 0)
    tst_pdf_text (acta->pdf, TST_PDF_TEXT, T ("No se hicieron.", "None were made."));
  else
    {
      tst_pdf_table_begin (acta->pdf, titles, weights);
      for (guint i = 0; i < json_array_get_length (made); i++)
        {
          JsonObject *one = json_array_get_object_element (made, i);
          g_autofree char *due = day_text (acta, tst_json_string (one, "due_on"));
          const char *cells[] = { tst_json_string (one, "text"), tst_json_string (one, "responsible"), due, NULL };

          tst_pdf_table_row (acta->pdf, cells);
        }
      tst_pdf_table_end (acta->pdf);
    }
  for (guint i = 0; i < json_array_get_length (closed); i++)
    {
      JsonObject *one = json_array_get_object_element (closed, i);
      const char *words = tst_json_string (one, "text");
      const char *what = earlier_text (acta, tst_json_string (one, "commitment"));
      guint photo = photo_number (acta, tst_json_string (one, "photo"));
      g_autofree char *seen = photo > 0 ? g_strdup_printf (T (" (foto %u)", " (photo %u)"), photo) : g_strdup ("");
      g_autofree char *text = g_strdup_printf (T ("Compromiso anterior%s%s%s: %s%s%s%s", "Earlier commitment%s%s%s: %s%s%s%s"), what != NULL ? " «" : "",
                                               what != NULL ? what : "", what != NULL ? "»" : "",
                                               tst_code_label (TST_LIST_COMMITMENT_STATUS, tst_json_string (one, "status"), acta->lang),
                                               words != NULL ? ". " : "", words != NULL ? words : "", seen);

      tst_pdf_text (acta->pdf, TST_PDF_TEXT, text);
    }
}

static char *
caption_of (Acta *acta, JsonObject *photo, guint number)
{
  const char *caption = tst_json_string (photo, "caption");
  const char *need = tst_code_label (TST_LIST_PHOTO_NEED, tst_json_string (photo, "need"), acta->lang);
  const char *taken_at = tst_json_string (photo, "taken_at");
  g_autofree char *when = when_text (acta, taken_at != NULL ? taken_at : tst_json_string (photo, "time"));
  const char *words = caption != NULL ? caption : need != NULL ? need : T ("Foto", "Photo");

  const char *hex = tst_json_string (photo, "sha256");

  /* The print and the file can be held side by side. */
  return g_strdup_printf (T ("%u. %s\n%s%sHuella %.16s", "%u. %s\n%s%sFingerprint %.16s"), number, words, when != NULL ? when : "", when != NULL ? " · " : "",
                          hex != NULL ? hex : "—");
}

static gboolean
put_photos (Acta *acta, GCancellable *cancellable, GError **error)
{
  JsonArray *photos = tst_json_array (acta->source->summary, "photos");
  guint n = json_array_get_length (photos);

  if (n == 0 || acta->source->media == NULL)
    return TRUE;
  /* With the first row of them. */
  tst_pdf_keep (acta->pdf, 90);
  tst_pdf_text (acta->pdf, TST_PDF_HEADING, T ("Fotografías", "Photographs"));
  for (guint i = n; i > 0; i--)
    {
      JsonObject *photo = json_array_get_object_element (photos, i - 1);
      g_autofree char *caption = caption_of (acta, photo, n - i + 1);
      const char *hex = tst_json_string (photo, "sha256");
      g_autofree char *path = NULL;
      g_autoptr (GBytes) jpeg = NULL;
      TstHash hash;

      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "Cancelled; nothing was changed.");
          return FALSE;
        }
      if (hex != NULL && tst_hash_from_hex (hex, &hash))
        {
          path = tst_media_store_path (acta->source->media, &hash);
          jpeg = tst_pdf_picture_from_file (path, PICTURE_WIDTH, NULL);
        }
      if (jpeg == NULL || !tst_pdf_add_picture (acta->pdf, jpeg, caption))
        {
          g_autofree char *text = g_strdup_printf (T ("%s (no se puede mostrar)", "%s (cannot be shown)"), caption);

          tst_pdf_text (acta->pdf, TST_PDF_SMALL, text);
        }
    }
  tst_pdf_end_pictures (acta->pdf);
  return TRUE;
}

static JsonObject *
working_copy (Acta *acta, const char *record)
{
  JsonArray *copies = acta->source->signed_by;

  for (guint i = 0; copies != NULL && i < json_array_get_length (copies); i++)
    if (g_strcmp0 (tst_json_string (json_array_get_object_element (copies, i), "record"), record) == 0)
      return json_array_get_object_element (copies, i);
  return NULL;
}

static void
put_signature (Acta *acta, JsonObject *signature)
{
  JsonObject *copy = working_copy (acta, tst_json_string (signature, "id"));
  gboolean drawn = tst_json_bool (signature, "signed", FALSE);
  const char *role = tst_code_label (TST_LIST_VISIT_ROLE, tst_json_string (signature, "role"), acta->lang);
  const char *name = copy != NULL ? tst_json_string (copy, "name") : NULL;
  const char *organisation = copy != NULL ? tst_json_string (copy, "organisation") : NULL;
  const char *picture = copy != NULL ? tst_json_string (copy, "signature") : NULL;
  g_autoptr (GString) caption = g_string_new (role);
  g_autoptr (GBytes) png = NULL;

  if (name != NULL)
    g_string_append_printf (caption, "\n%s", name);
  if (organisation != NULL)
    g_string_append_printf (caption, "\n%s", organisation);
  if (!drawn)
    g_string_append_printf (caption, "\n%s", T ("No deseó firmar", "Did not wish to sign"));
  else if (picture == NULL)
    g_string_append_printf (caption, "\n%s", T ("Firmó en la tableta; su firma está sellada", "Signed on the tablet; the signature is sealed"));
  if (picture != NULL)
    {
      gsize size;
      guchar *data = g_base64_decode (picture, &size);

      png = g_bytes_new_take (data, size);
    }
  if (!tst_pdf_add_signature (acta->pdf, png, caption->str, SIGNATURE_MM))
    tst_pdf_add_signature (acta->pdf, NULL, caption->str, SIGNATURE_MM);
}

static void
put_signatures (Acta *acta)
{
  JsonArray *signatures = tst_json_array (acta->source->summary, "signatures");
  guint n = json_array_get_length (signatures);

  if (n == 0)
    return;
  tst_pdf_keep (acta->pdf, 50);
  tst_pdf_text (acta->pdf, TST_PDF_HEADING, T ("Firmas", "Signatures"));
  for (guint i = n; i > 0; i--)
    put_signature (acta, json_array_get_object_element (signatures, i - 1));
  tst_pdf_end_pictures (acta->pdf);
}

static void
put_moments (Acta *acta)
{
  JsonArray *moments = tst_json_array (acta->source->summary, "moments");
  g_autofree char *text = moments != NULL ? tst_moments_comment (moments, acta->lang) : NULL;

  if (text == NULL || *text == '\0')
    return;
  tst_pdf_text (acta->pdf, TST_PDF_HEADING, T ("Momentos de la transmisión", "Moments of the stream"));
  tst_pdf_text (acta->pdf, TST_PDF_TEXT, g_strchomp (text));
}

static void
put_gaps (Acta *acta)
{
  g_autoptr (GArray) gaps = tst_visit_gaps (acta->source->summary);

  if (gaps->len == 0)
    return;
  tst_pdf_text (acta->pdf, TST_PDF_HEADING, T ("Lo que faltó", "What was left out"));
  for (guint i = 0; i < gaps->len; i++)
    {
      g_autofree char *gap = tst_acta_gap_text (&g_array_index (gaps, TstVisitGap, i), acta->lang);
      g_autofree char *text = g_strdup_printf ("• %s", gap);

      tst_pdf_text (acta->pdf, TST_PDF_TEXT, text);
    }
}

/* --- what proves that nothing was left out later --- */

char *
tst_acta_qr_text (JsonObject *closing)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *json = NULL;
  g_autofree char *encoded = NULL;

  if (closing == NULL || tst_json_array (closing, "chains") == NULL || tst_json_string (closing, "event") == NULL)
    return NULL;
  json_object_set_string_member (object, "event", tst_json_string (closing, "event"));
  json_object_set_member (object, "chains", json_object_dup_member (closing, "chains"));
  json = tst_json_write (object);
  encoded = tst_base64url_encode (json, strlen (json));
  return g_strconcat ("TESTIGO-ACTA1:", encoded, NULL);
}

static void
put_proof (Acta *acta)
{
  JsonObject *closing = acta->source->closing;
  JsonArray *chains = closing != NULL ? tst_json_array (closing, "chains") : NULL;
  g_autofree char *qr = tst_acta_qr_text (closing);

  tst_pdf_keep (acta->pdf, chains != NULL ? 105 : 30);
  tst_pdf_text (acta->pdf, TST_PDF_HEADING, T ("Comprobación", "Proof"));
  if (chains == NULL)
    {
      tst_pdf_text (acta->pdf, TST_PDF_TEXT,
                    T ("La visita sigue abierta. Al cerrarla, el acta lleva los números que prueban que no falta nada.",
                       "The visit is still open. Once it is closed, this document carries the numbers which prove that nothing is missing."));
      return;
    }
  tst_pdf_text (acta->pdf, TST_PDF_TEXT,
                T ("Estos números prueban que en el registro público no falta nada de esta visita hasta su cierre.",
                   "These numbers prove that the public log lacks nothing of this visit up to its end."));
  for (guint i = 0; i < json_array_get_length (chains); i++)
    {
      JsonObject *chain = json_array_get_object_element (chains, i);
      gboolean open = g_strcmp0 (tst_json_string (chain, "chain"), "open") == 0;
      g_autofree char *facts = g_strdup_printf (T ("%d registros de esta visita · último número %d", "%d records of this visit · last number %d"),
                                                (int) tst_json_int (chain, "count", 0), (int) tst_json_int (chain, "seq", 0));

      tst_pdf_fact (acta->pdf, open ? T ("Aportes y encuestas", "Contributions and surveys") : T ("Trabajo de campo", "Field work"), facts);
      tst_pdf_text (acta->pdf, TST_PDF_MONO, tst_json_string (chain, "device"));
      tst_pdf_text (acta->pdf, TST_PDF_MONO, tst_json_string (chain, "head"));
    }
  if (qr != NULL)
    tst_pdf_qr (acta->pdf, qr, 42, T ("Los mismos números, para leerlos con un teléfono o desde la página «Verificar».",
                                      "The same numbers, to be read with a telephone or on the page «Verificar»."));
}

TstPdf *
tst_acta_draw (const TstActaSource *source, GCancellable *cancellable, GError **error)
{
  JsonObject *event = tst_json_object (source->summary, "event");
  gboolean english = g_strcmp0 (source->language, "en") == 0;
  g_autofree char *footer = g_strdup_printf ("%s · %s", source->town->entity, tst_json_string (event, "title"));
  g_autoptr (TstPdf) pdf = tst_pdf_new (english ? "Record of a site visit" : "Acta de visita de obra", footer, source->language);
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (source->town->time_zone);
  Acta acta = { source, pdf, NULL, english, english ? "en" : "es" };

  if (zone == NULL)
    zone = g_time_zone_new_local ();
  acta.zone = zone;
  put_head (&acta);
  put_participants (&acta);
  put_progress (&acta);
  put_check (&acta);
  put_findings (&acta);
  put_commitments (&acta);
  put_moments (&acta);
  if (!put_photos (&acta, cancellable, error))
    return NULL;
  put_signatures (&acta);
  put_gaps (&acta);
  put_proof (&acta);
  return g_steal_pointer (&pdf);
}

GBytes *
tst_acta_make (const TstActaSource *source, GCancellable *cancellable, GError **error)
{
  g_autoptr (TstPdf) pdf = tst_acta_draw (source, cancellable, error);

  return pdf != NULL ? tst_pdf_finish (pdf, error) : NULL;
}
