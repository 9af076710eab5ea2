/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-preferences-page.h"

#include "format/tst-format.h"
#include "kiosk/tst-code-page.h"
#include "kiosk/tst-forms-page.h"
#include "kiosk/tst-compat.h"
#include "kiosk/tst-map-page.h"
#include "kiosk/tst-staff-page.h"
#include "widgets/tst-build.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

struct _TstPreferencesPage
{
  TstPage parent_instance;
  GtkWidget *box, *map_name, *map_clear, *town;
  GSettings *settings;
};

G_DEFINE_FINAL_TYPE (TstPreferencesPage, tst_preferences_page, TST_TYPE_PAGE)

static GtkWidget *
append (GtkWidget *box, GtkWidget *child)
{
  gtk_box_append (GTK_BOX (box), child);
  return child;
}

/* --- choices as buttons --- */

typedef struct
{
  const char *label;
  const char *text; /* the setting's value; NULL: @number */
  double number;
} Choice;

static void
on_choice (TstPreferencesPage *self, GtkToggleButton *button)
{
  const char *key = g_object_get_data (G_OBJECT (button), "key");
  const Choice *choice = g_object_get_data (G_OBJECT (button), "choice");

  if (!gtk_toggle_button_get_active (button))
    return;
  /* A change of language makes the window anew, and this page goes with the old one. */
  g_object_ref (self);
  if (choice->text != NULL)
    g_settings_set_string (self->settings, key, choice->text);
  else
    g_settings_set_double (self->settings, key, choice->number);
  g_object_unref (self);
}

static GtkWidget *
make_choices (TstPreferencesPage *self, const char *key, const Choice *choices, guint n)
{
  GtkWidget *flow = gtk_flow_box_new ();
  GtkWidget *first = NULL;
  g_autoptr (GVariant) value = g_settings_get_value (self->settings, key);

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), n);
  gtk_flow_box_set_min_children_per_line (GTK_FLOW_BOX (flow), 1);
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *button = gtk_toggle_button_new_with_label (_(choices[i].label));
      gboolean active = choices[i].text != NULL ? g_str_equal (choices[i].text, g_variant_get_string (value, NULL))
                                                : ABS (choices[i].number - g_variant_get_double (value)) < .01;

      gtk_widget_add_css_class (button, "chip");
      if (first == NULL)
        first = button;
      else
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), GTK_TOGGLE_BUTTON (first));
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), active);
      g_object_set_data (G_OBJECT (button), "key", (gpointer) key);
      g_object_set_data (G_OBJECT (button), "choice", (gpointer) &choices[i]);
      g_signal_connect_swapped (button, "toggled", G_CALLBACK (on_choice), self);
      gtk_flow_box_append (GTK_FLOW_BOX (flow), button);
      gtk_widget_set_focusable (gtk_widget_get_parent (button), FALSE);
    }
  return flow;
}

static void
add_choices (TstPreferencesPage *self, const char *heading, const char *key, const Choice *choices, guint n)
{
  GtkWidget *flow;

  append (self->box, tst_build_heading (heading));
  flow = append (self->box, make_choices (self, key, choices, n));
  gtk_accessible_update_property (GTK_ACCESSIBLE (flow), GTK_ACCESSIBLE_PROPERTY_LABEL, heading, -1);
}

static void
add_switch (TstPreferencesPage *self, const char *label, const char *explanation, const char *key, gboolean inverted)
{
  GtkWidget *control = gtk_switch_new ();

  append (self->box, tst_build_setting (label, explanation, control));
  g_settings_bind (self->settings, key, control, "active", inverted ? G_SETTINGS_BIND_INVERT_BOOLEAN : G_SETTINGS_BIND_DEFAULT);
}

/* --- the ground map --- */

static void
show_map (TstPreferencesPage *self)
{
  g_autofree char *file = g_settings_get_string (self->settings, "map-file");
  g_autofree char *ground = tst_map_dup_ground (tst_page_get_session (TST_PAGE (self)));
  g_autofree char *name = NULL;
  GStatBuf st;

  if (*file != '\0')
    name = g_filename_display_basename (file);
  else if (*ground != '\0' && g_stat (ground, &st) == 0)
    {
      g_autoptr (GDateTime) came = g_date_time_new_from_unix_local (st.st_mtime);
      g_autofree char *day = tst_format_date (came);
      g_autofree char *size = tst_format_size ((double) st.st_size);

      name = g_strdup_printf (_("El de la Alcaldía, recibido el %s (%s)"), day, size);
    }
  else
    name = g_strdup (_("Ninguno: el mapa se dibuja sobre fondo liso"));

  gtk_label_set_label (GTK_LABEL (self->map_name), name);
  gtk_widget_set_visible (self->map_clear, *file != '\0');
}

static void
on_map_chosen (GListModel *files, gpointer user_data)
{
  TstPreferencesPage *self = user_data;
  g_autoptr (GFile) file = files != NULL ? g_list_model_get_item (files, 0) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    g_settings_set_string (self->settings, "map-file", path);
}

static void
on_map (TstPreferencesPage *self)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Mapas MBTiles"));
  gtk_file_filter_add_suffix (filter, "mbtiles");
  tst_compat_open_files (GTK_WIDGET (self), _("Elija el mapa de fondo"), filter, FALSE, on_map_chosen, self, G_OBJECT (self));
}

static void
on_map_clear (TstPreferencesPage *self)
{
  g_settings_set_string (self->settings, "map-file", "");
}

static void
add_map (TstPreferencesPage *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *choose = tst_build_large_button (_("_Elegir un archivo"));

  append (self->box, tst_build_heading (_("Mapa de fondo sin conexión")));
  self->map_name = append (self->box, tst_build_text (NULL));
  self->map_clear = tst_build_large_button (_("_Quitar"));
  append (buttons, choose);
  append (buttons, self->map_clear);
  append (self->box, buttons);
  g_signal_connect_swapped (choose, "clicked", G_CALLBACK (on_map), self);
  g_signal_connect_swapped (self->map_clear, "clicked", G_CALLBACK (on_map_clear), self);
  g_signal_connect_object (self->settings, "changed::map-file", G_CALLBACK (show_map), self, G_CONNECT_SWAPPED);
  show_map (self);
}

/* --- the town and the staff --- */

static void
show_town (TstPreferencesPage *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autoptr (TstTownKeys) town = book != NULL ? tst_field_book_dup_town_keys (book) : NULL;
  g_autofree char *text = NULL;

  if (town == NULL)
    text = g_strdup (_("Sin código: se toman fotos y notas; la asistencia y los aportes esperan."));
  else
    text = g_strdup_printf (_("%s · envía a %s"), town->town, town->url);
  gtk_label_set_label (GTK_LABEL (self->town), text);
}

static void
on_code (TstPreferencesPage *self)
{
  tst_page_push (TST_PAGE (self), TST_PAGE (tst_code_page_new (tst_page_get_session (TST_PAGE (self)))));
}

static void
on_staff (TstPreferencesPage *self)
{
  tst_page_push (TST_PAGE (self), TST_PAGE (tst_staff_page_new (tst_page_get_session (TST_PAGE (self)))));
}

static void
on_forms (TstPreferencesPage *self)
{
  tst_page_push (TST_PAGE (self), TST_PAGE (tst_forms_page_new (tst_page_get_session (TST_PAGE (self)))));
}

static void
tst_preferences_page_shown (TstPage *page)
{
  show_town (TST_PREFERENCES_PAGE (page));
}

static void
tst_preferences_page_constructed (GObject *object)
{
  static const Choice languages[] = { { "Español", "es" }, { "English", "en" } };
  static const Choice sizes[] = { { "100 %", NULL, 1 }, { "125 %", NULL, 1.25 }, { "150 %", NULL, 1.5 }, { "175 %", NULL, 1.75 }, { "200 %", NULL, 2 } };
  static const Choice gates[] = { { N_("20 m"), NULL, 20 }, { N_("50 m"), NULL, 50 }, { N_("100 m"), NULL, 100 } };
static const Choice goods[] = { { N_("5 m"), NULL, 5 }, { N_("10 m"), NULL, 10 }, { N_("20 m"), NULL, 20 } };
static const Choice zones[] = { { N_("La de Colombia"), "America/Bogota" }, { N_("La de este equipo"), "" } };
static const Choice looks[] = { { N_("Como el sistema"), "system" }, { N_("Claro"), "light" }, { N_("Oscuro"), "dark" } };
  TstPreferencesPage *self = TST_PREFERENCES_PAGE (object);
  GtkWidget *button;

  G_OBJECT_CLASS (tst_preferences_page_parent_class)->constructed (object);
  self->settings = g_object_ref (tst_session_get_settings (tst_page_get_session (TST_PAGE (self))));
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  add_choices (self, _("Idioma"), "language", languages, G_N_ELEMENTS (languages));
  add_choices (self, _("Tamaño del texto"), "text-scale", sizes, G_N_ELEMENTS (sizes));
  add_choices (self, _("Apariencia"), "look", looks, G_N_ELEMENTS (looks));
  add_switch (self, _("Menos movimiento"), _("Sin animaciones"), "reduced-motion", FALSE);
  append (self->box, tst_build_heading (_("Cámara")));
  add_switch (self, _("Sonido al tomar una foto"), NULL, "shutter-sound", FALSE);
  add_switch (self, _("Destello en la pantalla al tomar una foto"), NULL, "shutter-flash", FALSE);
  add_choices (self, _("La posición es buena desde"), "position-accept", goods, G_N_ELEMENTS (goods));
  add_choices (self, _("Pedir el lugar en el mapa si la posición es peor que"), "position-warn", gates, G_N_ELEMENTS (gates));
  add_choices (self, _("Hora que se muestra"), "time-zone", zones, G_N_ELEMENTS (zones));
  append (self->box, tst_build_text (_("La hora cambia al volver a abrir Testigo.")));
  append (self->box, tst_build_heading (_("Red")));
  add_switch (self, _("Solo por Wi-Fi"), _("No gasta los datos del celular"), "metered-allowed", TRUE);
  add_map (self);
  append (self->box, tst_build_heading (_("Municipio")));
  self->town = append (self->box, tst_build_text (NULL));
  button = append (self->box, tst_build_large_button (_("_Cargar un código")));
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_code), self);
  append (self->box, tst_build_heading (_("Personas")));
  button = append (self->box, tst_build_large_button (_("_Quiénes trabajan en esta tableta")));
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_staff), self);
  append (self->box, tst_build_heading (_("Encuestas")));
  button = append (self->box, tst_build_large_button (_("Qué _encuestas hay")));
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_forms), self);
  button = append (self->box, tst_build_large_button (_("Ayuda y a_tajos")));
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.help");

  gtk_widget_add_css_class (self->box, "cover");
  adw_bin_set_child (ADW_BIN (self), tst_build_scrolled (self->box, 680));
  show_town (self);
}

static void
tst_preferences_page_dispose (GObject *object)
{
  TstPreferencesPage *self = TST_PREFERENCES_PAGE (object);

  g_clear_object (&self->settings);
  G_OBJECT_CLASS (tst_preferences_page_parent_class)->dispose (object);
}

static void
tst_preferences_page_class_init (TstPreferencesPageClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = tst_preferences_page_constructed;
  G_OBJECT_CLASS (klass)->dispose = tst_preferences_page_dispose;
  TST_PAGE_CLASS (klass)->shown = tst_preferences_page_shown;
}

static void
tst_preferences_page_init (TstPreferencesPage *self)
{
}

GtkWidget *
tst_preferences_page_new (TstSession *session)
{
  return g_object_new (TST_TYPE_PREFERENCES_PAGE, "session", session, "title", _("Preferencias"), NULL);
}
