/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-viewpoint-page.h"

#include "format/tst-format.h"
#include "kiosk/tst-camera-page.h"
#include "kiosk/tst-map-page.h"
#include "kiosk/tst-visit-shared.h"
#include "model/tst-geo.h"
#include "record/tst-body.h"
#include "widgets/tst-form.h"
#include "widgets/tst-map.h"
#include "widgets/tst-thumbnails.h"

#include <glib/gi18n.h>
#include <math.h>

#define ARROW 72
#define CLOSE_M 10 /* nearer than a fix is worth */
#define SPAN_DEG 0.001 /* some hundred metres around it, while nobody knows where the tablet is */
#define NEAREST_DEG 0.0002 /* some twenty metres: closer, a map says no more */

struct _TstViewpointPage
{
  TstPage parent_instance;
  GtkWidget *distance_label, *arrow, *arrow_label, *map;
  JsonObject *row;
  char *event;
  double distance, bearing;
  double turn;  /* from the top of the screen: north, or where the tablet looks when it knows */
  double shown; /* degrees around the spot that the map shows */
  gboolean locating;
};

typedef enum
{
  PROP_DISTANCE_M = 1,
  PROP_BEARING_DEG,
  PROP_TURN_DEG,
} TstViewpointPageProperty;

static GParamSpec *properties[PROP_TURN_DEG + 1];

G_DEFINE_FINAL_TYPE (TstViewpointPage, tst_viewpoint_page, TST_TYPE_PAGE)

const char *
tst_viewpoint_direction (double bearing_deg)
{
  static const char *const words[] = {
    N_("hacia el norte"), N_("hacia el noreste"), N_("hacia el este"),  N_("hacia el sureste"),
    N_("hacia el sur"),   N_("hacia el suroeste"), N_("hacia el oeste"), N_("hacia el noroeste"),
  };

  return _(words[tst_geo_octant (bearing_deg)]);
}

static gboolean
place_of (JsonObject *row, double *lat, double *lon)
{
  JsonObject *place = tst_json_object (row, "place");

  *lat = place != NULL ? tst_json_double (place, "lat", NAN) : NAN;
  *lon = place != NULL ? tst_json_double (place, "lon", NAN) : NAN;
  return isfinite (*lat) && isfinite (*lon);
}

double
tst_viewpoint_distance (TstSession *session, JsonObject *row)
{
  TstPlace here;
  double lat, lon;

  if (!tst_session_get_position (session, &here) || !place_of (row, &lat, &lon))
    return -1;
  return tst_geo_distance (here.latitude, here.longitude, lat, lon);
}

/* Both the spot and whoever walks to it: the map closes in with every halving of the way. */
static void
show_span (TstViewpointPage *self, double lat, double lon, const TstPlace *here)
{
  double wanted = here == NULL ? SPAN_DEG : 1.3 * MAX (fabs (here->latitude - lat), fabs (here->longitude - lon));

  wanted = MAX (wanted, NEAREST_DEG);
  if (self->shown > 0 && wanted <= self->shown && wanted > self->shown / 2)
    return;
  self->shown = wanted;
  tst_map_fit (TST_MAP (self->map), lon - wanted, lat - wanted, lon + wanted, lat + wanted);
}

/* Where the tablet looks, as of now: somebody who turns on the spot has no new position. */
static void
get_look (TstViewpointPage *self, TstPlace *here)
{
  TstLocation *location = tst_session_get_location (tst_page_get_session (TST_PAGE (self)));

  if (location != NULL)
    tst_location_get_heading (location, here);
}

static void
show_arrow (TstViewpointPage *self, const TstPlace *here)
{
  const char *how;

  self->turn = isfinite (here->heading_deg) ? fmod (self->bearing - here->heading_deg + 360, 360) : self->bearing;
  if (!isfinite (here->heading_deg))
    how = _("La flecha va con el norte arriba: esta tableta no sabe hacia dónde mira.");
  else if (here->heading_magnetic)
    how = _("La flecha sale de donde mira la tableta, según el norte magnético: puede desviarse unos grados.");
  else
    how = _("La flecha sale de donde mira la tableta.");
  gtk_label_set_label (GTK_LABEL (self->arrow_label), how);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->arrow), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Flecha hacia el punto"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, how, -1);
}

static void
show_way (TstViewpointPage *self)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  TstPlace here;
  double lat, lon;
  g_autofree char *text = NULL;

  self->distance = tst_viewpoint_distance (session, self->row);
  if (self->distance >= 0 && tst_session_get_position (session, &here) && place_of (self->row, &lat, &lon))
    {
      g_autofree char *metres = tst_format_distance (self->distance);

      self->bearing = tst_geo_bearing (here.latitude, here.longitude, lat, lon);
      get_look (self, &here);
      show_arrow (self, &here);
      text = self->distance <= MAX (CLOSE_M, here.accuracy_m) ? g_strdup_printf (_("Está en el punto (a %s)"), metres)
                                                              : g_strdup_printf (_("A %s, %s"), metres, tst_viewpoint_direction (self->bearing));
      tst_map_set_position (TST_MAP (self->map), &here);
      show_span (self, lat, lon, &here);
    }
  else
    text = g_strdup (_("Todavía no se sabe dónde está usted"));
  gtk_label_set_label (GTK_LABEL (self->distance_label), text);
  gtk_widget_set_visible (self->arrow, self->distance >= 0);
  gtk_widget_set_visible (self->arrow_label, self->distance >= 0);
  gtk_widget_queue_draw (self->arrow);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DISTANCE_M]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BEARING_DEG]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TURN_DEG]);
}

static void
draw_arrow (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  TstViewpointPage *self = user_data;
  double size = MIN (width, height) / 2.0 - 4;
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (area)), &colour);
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_translate (cr, width / 2.0, height / 2.0);
  cairo_set_line_width (cr, 2);
  cairo_arc (cr, 0, 0, size, 0, 2 * G_PI);
  cairo_stroke (cr);
  cairo_rotate (cr, self->turn * G_PI / 180);
  cairo_move_to (cr, 0, -size * .75);
  cairo_line_to (cr, size * .42, size * .5);
  cairo_line_to (cr, 0, size * .25);
  cairo_line_to (cr, -size * .42, size * .5);
  cairo_close_path (cr);
  cairo_fill (cr);
}

/* --- taking the picture again --- */

static void
on_ghost (GdkTexture *texture, gpointer owner)
{
  tst_camera_page_set_ghost (TST_CAMERA_PAGE (owner), texture);
}

static void
on_shoot (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstViewpointPage *self = TST_VIEWPOINT_PAGE (widget);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  JsonObject *last = tst_json_object (self->row, "last");
  const TstCaptureTarget target = {
    .event_id = self->event, .work = tst_json_string (self->row, "work"), .phase = "durante", .need = "punto", .viewpoint = tst_json_string (self->row, "id"),
  };
  GtkWidget *page;

  if (self->event == NULL || book == NULL)
    return;
  page = tst_visit_open_camera (TST_PAGE (self), &target);
  if (TST_IS_CAMERA_PAGE (page) && last != NULL)
    tst_visit_load_texture (book, tst_json_string (last, "sha256"), on_ghost, G_OBJECT (page));
}

/* --- the widget --- */

static void
set_locating (TstViewpointPage *self, gboolean locating)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  TstLocation *location = session != NULL ? tst_session_get_location (session) : NULL;

  if (self->locating == locating || location == NULL)
    return;
  self->locating = locating;
  (locating ? tst_location_start : tst_location_stop) (location);
}

static void
on_map (TstViewpointPage *self)
{
  set_locating (self, TRUE);
  show_way (self);
}

static void
on_unmap (TstViewpointPage *self)
{
  set_locating (self, FALSE);
}

static void
tst_viewpoint_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((TstViewpointPageProperty) id)
    {
    case PROP_DISTANCE_M:
      g_value_set_double (value, TST_VIEWPOINT_PAGE (object)->distance);
      break;
    case PROP_BEARING_DEG:
      g_value_set_double (value, TST_VIEWPOINT_PAGE (object)->bearing);
      break;
    case PROP_TURN_DEG:
      g_value_set_double (value, TST_VIEWPOINT_PAGE (object)->turn);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_viewpoint_page_dispose (GObject *object)
{
  set_locating (TST_VIEWPOINT_PAGE (object), FALSE);
  G_OBJECT_CLASS (tst_viewpoint_page_parent_class)->dispose (object);
}

static void
tst_viewpoint_page_finalize (GObject *object)
{
  json_object_unref (TST_VIEWPOINT_PAGE (object)->row);
  g_free (TST_VIEWPOINT_PAGE (object)->event);
  G_OBJECT_CLASS (tst_viewpoint_page_parent_class)->finalize (object);
}

static void
tst_viewpoint_page_class_init (TstViewpointPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_viewpoint_page_get_property;
  object_class->dispose = tst_viewpoint_page_dispose;
  object_class->finalize = tst_viewpoint_page_finalize;
  properties[PROP_DISTANCE_M] = g_param_spec_double ("distance-m", NULL, NULL, -1, G_MAXDOUBLE, -1, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_BEARING_DEG] = g_param_spec_double ("bearing-deg", NULL, NULL, 0, 360, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_TURN_DEG] = g_param_spec_double ("turn-deg", NULL, NULL, 0, 360, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "viewpoint.shoot", NULL, on_shoot);
}

static void
tst_viewpoint_page_init (TstViewpointPage *self)
{
  self->distance = -1;
}

/* "26 mar 2026", of the newest picture. */
static char *
when_text (JsonObject *picture)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  const char *taken_at = tst_json_string (picture, "taken_at");
  g_autoptr (GDateTime) when = tst_format_parse_time (taken_at != NULL ? taken_at : tst_json_string (picture, "time"), zone);

  return when != NULL ? tst_format_short_date (when) : NULL;
}

static void
build_picture (TstViewpointPage *self, GtkWidget *column)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  JsonObject *last = tst_json_object (self->row, "last");
  g_autofree char *when = last != NULL ? when_text (last) : NULL;
  g_autofree char *text = NULL;
  GtkWidget *thumbnail;

  if (last == NULL || book == NULL)
    {
      tst_form_text (column, _("La foto de este punto está en otra tableta. El lugar sí se conoce."));
      return;
    }
  thumbnail = tst_thumbnail_new (328, 240);
  tst_thumbnail_set (TST_THUMBNAIL (thumbnail), tst_thumbnails_for_book (book), tst_json_string (last, "sha256"), "image-x-generic-symbolic",
                     _("La última foto desde este punto"));
  gtk_box_append (GTK_BOX (column), thumbnail);
  text = g_strdup_printf (_("Última foto: %s"), when != NULL ? when : "—");
  if (isfinite (tst_json_double (self->row, "heading_deg", NAN)))
    {
      g_autofree char *whole
        = g_strdup_printf (g_strcmp0 (tst_json_string (self->row, "heading_north"), "magnetic") == 0 ? _("%s · mire %s, según el norte magnético") : _("%s · mire %s"),
                           text, tst_viewpoint_direction (tst_json_double (self->row, "heading_deg", 0)));

      g_free (text);
      text = g_steal_pointer (&whole);
    }
  gtk_widget_add_css_class (tst_form_text (column, text), "dim-label");
}

GtkWidget *
tst_viewpoint_page_new (TstSession *session, JsonObject *row, const char *event_id)
{
  const char *name = tst_json_string (row, "name");
  TstViewpointPage *self = g_object_new (TST_TYPE_VIEWPOINT_PAGE, "session", session, "title", name != NULL ? name : _("Punto fotográfico"), NULL);
  GtkWidget *column, *foot, *way, *button;
  double lat, lon;

  self->row = json_object_ref (row);
  self->event = g_strdup (event_id);
  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, &foot));
  build_picture (self, column);
  way = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 14);
  self->arrow = gtk_drawing_area_new ();
  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (self->arrow), ARROW);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->arrow), ARROW);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->arrow), draw_arrow, self, NULL);
  gtk_widget_set_valign (self->arrow, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->arrow, "calm");
  gtk_box_append (GTK_BOX (way), self->arrow);
  self->distance_label = tst_form_text (way, "");
  gtk_widget_add_css_class (self->distance_label, "title-2");
  gtk_widget_set_valign (self->distance_label, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (self->distance_label, TRUE);
  gtk_box_append (GTK_BOX (column), way);
  self->arrow_label = tst_form_text (column, "");
  gtk_widget_add_css_class (self->arrow_label, "dim-label");
  self->map = tst_map_new ();
  gtk_widget_set_size_request (self->map, -1, 220);
  tst_map_attach (TST_MAP (self->map), session);
  tst_map_set_interactive (TST_MAP (self->map), FALSE);
  if (place_of (row, &lat, &lon))
    {
      tst_map_set_pin (TST_MAP (self->map), lat, lon);
      show_span (self, lat, lon, NULL);
    }
  gtk_box_append (GTK_BOX (column), self->map);
  if (event_id != NULL)
    {
      button = tst_form_button (_("Tomar la foto desde aquí"), "main suggested-action");
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "viewpoint.shoot");
      gtk_box_append (GTK_BOX (foot), button);
    }
  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (on_unmap), NULL);
  g_signal_connect_object (session, "position-changed", G_CALLBACK (show_way), self, G_CONNECT_SWAPPED);
  if (tst_session_get_location (session) != NULL)
    g_signal_connect_object (tst_session_get_location (session), "turned", G_CALLBACK (show_way), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
