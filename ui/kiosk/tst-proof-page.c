/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-proof-page.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "record/tst-body.h"
#include "widgets/tst-build.h"
#include "widgets/tst-thumbnails.h"

#include <glib/gi18n.h>
#include <string.h>

struct _TstProofPage
{
  TstPage parent_instance;
  GtkWidget *thumbnail, *icon, *verdict, *when, *facts, *check, *fold, *technical, *texts;
  GCancellable *cancellable;
  char *id;
  const char *state;
};

G_DEFINE_FINAL_TYPE (TstProofPage, tst_proof_page, TST_TYPE_PAGE)

typedef enum
{
  PROP_RECORD = 1,
} TstProofPageProperty;

static GParamSpec *properties[PROP_RECORD + 1];

static GtkWidget *
make_label (const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

static void
add_named (GtkWidget *box, const char *name, const char *value, const char *css)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *text = make_label (value, css);

  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_box_append (GTK_BOX (row), make_label (name, "caption-heading"));
  gtk_box_append (GTK_BOX (row), text);
  gtk_box_append (GTK_BOX (box), row);
}

static char *
moment (const char *text)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) when = text != NULL ? tst_format_parse_time (text, zone) : NULL;
  g_autofree char *date = when != NULL ? tst_format_date (when) : NULL;
  g_autofree char *clock = when != NULL ? tst_format_clock (when) : NULL;

  return when != NULL ? g_strdup_printf (_("%s, %s"), date, clock) : NULL;
}

static const char *
time_words (const char *source)
{
  static const struct
  {
    const char *source, *words;
  } all[] = {
    { "exif", N_("según la cámara, con su propia zona horaria") },
    { "exif-local", N_("según la cámara; la zona horaria es la de esta tableta") },
    { "gps", N_("según el GPS de la cámara") },
    { "clock", N_("según el reloj de esta tableta") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_strcmp0 (all[i].source, source) == 0)
      return _(all[i].words);
  return _("no se sabe según quién");
}

static const char *
place_words (const char *source)
{
  static const struct
  {
    const char *source, *words;
  } all[] = {
    { "exif", N_("según la cámara") },
    { "gnss", N_("según el GPS de esta tableta") },
    { "pin", N_("puesta a mano en el mapa") },
    { "work", N_("la de la obra, no la de la cámara") },
    { "network", N_("según la red, aproximada") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_strcmp0 (all[i].source, source) == 0)
      return _(all[i].words);
  return _("no se sabe según quién");
}

static const char *
fault_words (const char *code)
{
  static const struct
  {
    const char *code, *words;
  } all[] = {
    { "hash-mismatch", N_("Algo cambió después de firmarse: una huella no coincide.") },
    { "bad-signature", N_("Una firma no es de quien dice ser.") },
    { "bad-proof", N_("La prueba del libro público no coincide.") },
    { "bad-receipt", N_("El recibo de la central falta o no coincide.") },
    { "missing-content", N_("Falta el contenido o la foto en esta tableta.") },
    { "gap", N_("Falta un registro anterior de esta tableta.") },
    { "bad-envelope", N_("El registro no se puede leer.") },
    { "bad-body", N_("El contenido no se puede leer.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_strcmp0 (all[i].code, code) == 0)
      return _(all[i].words);
  return _("Algo no coincide.");
}

/* --- what is shown --- */

static void
show_ledger (TstProofPage *self, JsonObject *answer)
{
  JsonObject *proof = tst_json_object (answer, "proof");
  JsonObject *holding = tst_json_object (answer, "holding");
  g_autofree char *issued = moment (tst_json_string (holding, "issued_at"));
  g_autofree char *text = NULL;

  if (proof != NULL)
    {
      /* People count from one. */
      g_autofree char *number = tst_format_number ((double) tst_json_int (proof, "index", 0) + 1, 0);
      g_autofree char *size = tst_format_number ((double) tst_json_int (proof, "size", 0), 0);
      const char *checkpoint = tst_json_string (proof, "checkpoint");
      g_autofree char *origin = checkpoint != NULL ? g_strndup (checkpoint, strcspn (checkpoint, "\n")) : g_strdup ("");

      text = g_strdup_printf (_("Está en el libro público %s con el número %s. El libro tenía %s registros cuando la central firmó esa cuenta."),
                              origin, number, size);
    }
  else
    text = g_strdup (_("Todavía no está en el libro público: la central no lo ha probado."));
  add_named (self->facts, _("Libro público"), text, NULL);
  g_free (text);
  if (holding != NULL && issued != NULL)
    text = g_strdup_printf (_("La central firmó que tiene el contenido completo: %s"), issued);
  else if (holding != NULL)
    text = g_strdup (_("La central firmó que tiene el contenido."));
  else
    text = g_strdup (_("La central no ha dado recibo del contenido."));
  add_named (self->facts, _("Recibo de la central"), text, NULL);
}

static void
show_body (TstProofPage *self, JsonObject *answer)
{
  JsonObject *body = tst_json_object (answer, "body");
  JsonObject *author = tst_json_object (body, "author");
  JsonObject *place = tst_json_object (body, "place");
  JsonArray *media = json_object_has_member (answer, "media") ? json_object_get_array_member (answer, "media") : NULL;
  const char *name = tst_json_string (author, "name");
  const char *role = tst_json_string (author, "role");
  g_autofree char *taken = moment (tst_json_string (body, "taken_at"));
  g_autofree char *saved = moment (tst_json_string (body, "time"));
  g_autofree char *text = NULL;

  if (body == NULL)
    {
      add_named (self->facts, _("Contenido"), _("Va cerrado: solo lo abre quien tiene la llave en la Alcaldía. Aquí se comprueba el sobre."), NULL);
      return;
    }
  if (media != NULL && json_array_get_length (media) > 0)
    {
      const char *hash = tst_json_string (json_array_get_object_element (media, 0), "sha256");

      tst_thumbnail_set (TST_THUMBNAIL (self->thumbnail), tst_thumbnails_for_book (tst_session_get_book (tst_page_get_session (TST_PAGE (self)))),
                         hash, NULL, _("La foto"));
      gtk_widget_set_visible (self->thumbnail, g_strcmp0 (tst_json_string (body, "type"), "photo") == 0);
      text = g_strdup_printf (_("Empieza por %.8s y termina en %s. Si alguien cambia un solo punto de la foto, la huella es otra."), hash,
                              strlen (hash) > 8 ? hash + strlen (hash) - 8 : hash);
      add_named (self->facts, _("Huella de la foto"), text, NULL);
      g_clear_pointer (&text, g_free);
    }
  if (name != NULL)
    text = role != NULL && *role != '\0' ? g_strdup_printf (_("%s · %s"), name, role) : g_strdup (name);
  add_named (self->facts, _("Quién la guardó"), text != NULL ? text : _("Esta tableta, sin nombre de persona"), NULL);
  g_clear_pointer (&text, g_free);
  if (taken != NULL)
    {
      text = g_strdup_printf (_("%s, %s"), taken, time_words (tst_json_string (body, "taken_at_source")));
      add_named (self->facts, _("Cuándo se tomó"), text, NULL);
      g_clear_pointer (&text, g_free);
    }
  if (saved != NULL)
    {
      text = g_strdup_printf (_("%s, según el reloj de esta tableta"), saved);
      add_named (self->facts, _("Cuándo se guardó"), text, NULL);
      g_clear_pointer (&text, g_free);
    }
  if (place != NULL && json_object_has_member (place, "lat") && json_object_has_member (place, "lon"))
    {
      gint64 accuracy = tst_json_int (place, "accuracy_m", -1);
      g_autofree char *position
        = tst_format_position (json_object_get_double_member (place, "lat"), json_object_get_double_member (place, "lon"));

      if (json_object_has_member (place, "accuracy_m"))
        accuracy = (gint64) (json_object_get_double_member (place, "accuracy_m") + 0.5);
      text = accuracy >= 0 ? g_strdup_printf (_("%s (±%d m), %s"), position, (int) MIN (accuracy, G_MAXINT),
                                              place_words (tst_json_string (place, "source")))
                           : g_strdup_printf (_("%s (no se sabe con qué precisión), %s"), position,
                                              place_words (tst_json_string (place, "source")));
    }
  else if (g_strcmp0 (tst_json_string (body, "type"), "photo") == 0)
    text = g_strdup (_("La foto no trae posición"));
  if (text != NULL)
    add_named (self->facts, _("Dónde"), text, NULL);
}

static void
show_technical (TstProofPage *self, JsonObject *answer)
{
  JsonObject *proof = tst_json_object (answer, "proof");
  JsonObject *holding = tst_json_object (answer, "holding");
  JsonArray *media = json_object_has_member (answer, "media") ? json_object_get_array_member (answer, "media") : NULL;
  g_autofree char *seq = g_strdup_printf ("%s · %s · %d", tst_json_string (answer, "device") ?: "", tst_json_string (answer, "chain"),
                                          (int) tst_json_int (answer, "seq", 0));

  tst_build_empty (self->texts);
  add_named (self->texts, _("Sobre firmado"), tst_json_string (answer, "envelope"), "monospace");
  add_named (self->texts, _("Llave, cadena y número"), seq, "monospace");
  add_named (self->texts, _("SHA-256 del texto del sobre"), tst_json_string (answer, "record"), "monospace");
  for (guint i = 0; media != NULL && i < json_array_get_length (media); i++)
    add_named (self->texts, _("SHA-256 del archivo"), tst_json_string (json_array_get_object_element (media, i), "sha256"), "monospace");
  if (proof != NULL)
    add_named (self->texts, _("Prueba de inclusión (C2SP tlog-proof)"), tst_json_string (proof, "file"), "monospace");
  if (holding != NULL)
    add_named (self->texts, _("Recibo de la central"), tst_json_string (holding, "note"), "monospace");
}

static void
show_verdict (TstProofPage *self, const char *state, const char *icon, const char *css, const char *text)
{
  static const char *const all[] = { "calm", "trouble", "waiting" };
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *clock = tst_format_clock (now);
  g_autofree char *when = g_strdup_printf (_("Revisado en esta tableta, sin conexión: %s"), clock);

  self->state = state;
  gtk_label_set_label (GTK_LABEL (self->verdict), text);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      gtk_widget_remove_css_class (self->verdict, all[i]);
      gtk_widget_remove_css_class (self->icon, all[i]);
    }
  gtk_widget_add_css_class (self->verdict, css);
  gtk_widget_add_css_class (self->icon, css);
  gtk_label_set_label (GTK_LABEL (self->when), when);
  gtk_widget_set_sensitive (self->check, TRUE);
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstProofPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = tst_field_book_object_finish (TST_FIELD_BOOK (source), result, &error);
  JsonArray *faults;

  if (self->cancellable == NULL)
    return;
  if (answer == NULL)
    {
      show_verdict (self, "unreadable", "dialog-warning-symbolic", "trouble", _("No se pudo leer el registro en esta tableta."));
      return;
    }
  tst_build_empty (self->facts);
  show_ledger (self, answer);
  show_body (self, answer);
  show_technical (self, answer);
  faults = json_object_get_array_member (answer, "faults");
  if (json_array_get_length (faults) > 0)
    {
      const char *code = tst_json_string (json_array_get_object_element (faults, 0), "code");

      show_verdict (self, "bad", "dialog-warning-symbolic", "trouble", fault_words (code));
    }
  else if (tst_json_object (answer, "proof") != NULL && tst_json_object (answer, "holding") != NULL)
    show_verdict (self, "good", "emblem-ok-symbolic", "calm", _("Todo coincide: es lo mismo que se guardó, y está en el libro público."));
  else
    show_verdict (self, "unproved", "document-open-recent-symbolic", "waiting",
                  _("Lo guardado está intacto. La central todavía no ha probado que lo tiene."));
}

static void
check (TstProofPage *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));

  if (book == NULL)
    return;
  self->state = "";
  gtk_label_set_label (GTK_LABEL (self->verdict), _("Comprobando…"));
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), "content-loading-symbolic");
  gtk_widget_set_sensitive (self->check, FALSE);
  tst_field_book_verify_record_async (book, self->id, self->cancellable, on_verified, g_object_ref (self));
}

static void
act_check (GtkWidget *widget, const char *action, GVariant *parameter)
{
  check (TST_PROOF_PAGE (widget));
}

static void
tst_proof_page_shown (TstPage *page)
{
  check (TST_PROOF_PAGE (page));
}

static void
tst_proof_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if ((TstProofPageProperty) id == PROP_RECORD)
    TST_PROOF_PAGE (object)->id = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_proof_page_dispose (GObject *object)
{
  TstProofPage *self = TST_PROOF_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (tst_proof_page_parent_class)->dispose (object);
}

static void
tst_proof_page_finalize (GObject *object)
{
  g_free (TST_PROOF_PAGE (object)->id);
  G_OBJECT_CLASS (tst_proof_page_parent_class)->finalize (object);
}

static void
tst_proof_page_class_init (TstProofPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = tst_proof_page_set_property;
  object_class->dispose = tst_proof_page_dispose;
  object_class->finalize = tst_proof_page_finalize;
  TST_PAGE_CLASS (klass)->shown = tst_proof_page_shown;
  properties[PROP_RECORD]
    = g_param_spec_string ("record", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "proof.check", NULL, act_check);
}

static void
tst_proof_page_init (TstProofPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->cancellable = g_cancellable_new ();
  self->state = "";
  self->thumbnail = tst_thumbnail_new (220, 165);
  gtk_widget_set_halign (self->thumbnail, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->thumbnail, FALSE);
  self->icon = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (self->icon), 32);
  gtk_widget_set_valign (self->icon, GTK_ALIGN_START);
  self->verdict = make_label ("", "title-3");
  gtk_widget_set_hexpand (self->verdict, TRUE);
  self->when = make_label ("", "dim-label");
  self->check = gtk_button_new_with_label (_("Comprobar ahora"));
  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->check))), TRUE);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->check))), GTK_NATURAL_WRAP_NONE);
  gtk_widget_add_css_class (self->check, "main");
  gtk_widget_set_halign (self->check, GTK_ALIGN_START);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->check), "proof.check");
  self->facts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  self->fold = gtk_toggle_button_new_with_label (_("Parte técnica"));
  gtk_widget_add_css_class (self->fold, "large");
  gtk_widget_set_halign (self->fold, GTK_ALIGN_START);
  self->texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  self->technical = gtk_revealer_new ();
  gtk_revealer_set_child (GTK_REVEALER (self->technical), self->texts);
  g_object_bind_property (self->fold, "active", self->technical, "reveal-child", G_BINDING_SYNC_CREATE);

  gtk_box_append (GTK_BOX (line), self->icon);
  gtk_box_append (GTK_BOX (line), self->verdict);
  gtk_box_append (GTK_BOX (box), self->thumbnail);
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), self->when);
  gtk_box_append (GTK_BOX (box), self->check);
  gtk_box_append (GTK_BOX (box), self->facts);
  gtk_box_append (GTK_BOX (box), self->fold);
  gtk_box_append (GTK_BOX (box), self->technical);
  adw_bin_set_child (ADW_BIN (self), tst_build_scrolled_rows (box, 760));
}

GtkWidget *
tst_proof_page_new (TstSession *session, const char *record_id)
{
  return g_object_new (TST_TYPE_PROOF_PAGE, "session", session, "record", record_id, "title", _("La prueba"), NULL);
}

const char *
tst_proof_page_get_verdict (TstProofPage *self)
{
  g_return_val_if_fail (TST_IS_PROOF_PAGE (self), NULL);
  return self->state;
}
