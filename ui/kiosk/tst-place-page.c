/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-place-page.h"

#include "format/tst-format.h"
#include "kiosk/tst-locating.h"
#include "kiosk/tst-map-page.h"
#include "kiosk/tst-works-source.h"
#include "widgets/tst-form.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>
#include <math.h>

#define NEAR_ZOOM 17
#define MAP_HEIGHT 160

struct _TstPlacePage
{
  TstPage parent_instance;
  GtkWidget *map, *where, *use, *clear, *here;
  char *work; /* (nullable) */
  gboolean had;
};

typedef enum
{
  PROP_HAS_PIN = 1,
} TstPlacePageProperty;

static GParamSpec *properties[PROP_HAS_PIN + 1];

enum
{
  PLACED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstPlacePage, tst_place_page, TST_TYPE_PAGE)

static void
update (TstPlacePage *self)
{
  TstPlace here;
  double lat, lon;
  gboolean has_pin = tst_map_get_pin (TST_MAP (self->map), &lat, &lon);

  if (has_pin)
    {
      g_autofree char *lat_text = tst_format_number (lat, 5);
      g_autofree char *lon_text = tst_format_number (lon, 5);
      g_autofree char *text = g_strdup_printf (_("Punto en %s; %s"), lat_text, lon_text);

      gtk_label_set_label (GTK_LABEL (self->where), text);
    }
  else
    gtk_label_set_label (GTK_LABEL (self->where), _("Ponga el punto en el mapa: toque donde se tomó la foto. También puede arrastrarlo."));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "place.use", has_pin);
  gtk_widget_set_visible (self->clear, self->had);
  gtk_widget_set_visible (self->here, tst_session_get_position (tst_page_get_session (TST_PAGE (self)), &here));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_PIN]);
}

void
tst_place_page_put (TstPlacePage *self, double lat, double lon)
{
  g_return_if_fail (TST_IS_PLACE_PAGE (self));
  tst_map_set_pin (TST_MAP (self->map), lat, lon);
  update (self);
}

/* --- acts --- */

static void
leave_with (TstPlacePage *self, double lat, double lon)
{
  g_object_ref (self);
  g_signal_emit (self, signals[PLACED], 0, lat, lon);
  tst_page_leave (TST_PAGE (self));
  g_object_unref (self);
}

static void
on_use (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstPlacePage *self = TST_PLACE_PAGE (widget);
  double lat, lon;

  if (tst_map_get_pin (TST_MAP (self->map), &lat, &lon))
    leave_with (self, lat, lon);
}

static void
on_clear (GtkWidget *widget, const char *action, GVariant *parameter)
{
  leave_with (TST_PLACE_PAGE (widget), NAN, NAN);
}

/* For hands that cannot touch a spot, and for readers of the screen. */
static void
on_centre (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstPlacePage *self = TST_PLACE_PAGE (widget);
  double lat, lon;

  tst_map_get_centre (TST_MAP (self->map), &lat, &lon);
  tst_place_page_put (self, lat, lon);
}

static void
on_here (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstPlacePage *self = TST_PLACE_PAGE (widget);
  TstPlace here;

  if (!tst_session_get_position (tst_page_get_session (TST_PAGE (self)), &here))
    return;
  tst_map_go_to (TST_MAP (self->map), here.latitude, here.longitude, NEAR_ZOOM);
  tst_place_page_put (self, here.latitude, here.longitude);
}

/* --- the works, to find one's way by --- */

static void
take_works (TstPlacePage *self, TstWorksSource *source)
{
  TstWorkIndex *works = tst_works_source_get_works (source);
  double lat, lon;
  guint at;

  /* Without the works a pin can be put all the same. */
  if (works == NULL)
    return;
  tst_map_set_works (TST_MAP (self->map), works, NULL);
  if (tst_map_get_pin (TST_MAP (self->map), &lat, &lon))
    return;
  if (self->work != NULL && tst_work_index_find (works, self->work, &at) && !isnan (tst_work_index_get (works, at).lat))
    tst_map_go_to (TST_MAP (self->map), tst_work_index_get (works, at).lat, tst_work_index_get (works, at).lon, NEAR_ZOOM);
}

/* --- the widget --- */

static void
tst_place_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  double lat, lon;

  if ((TstPlacePageProperty) id == PROP_HAS_PIN)
    g_value_set_boolean (value, tst_map_get_pin (TST_MAP (TST_PLACE_PAGE (object)->map), &lat, &lon));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_place_page_shown (TstPage *page)
{
  gtk_widget_grab_focus (TST_PLACE_PAGE (page)->map);
}

static void
tst_place_page_dispose (GObject *object)
{
  TstPlacePage *self = TST_PLACE_PAGE (object);

  g_clear_pointer (&self->work, g_free);
  G_OBJECT_CLASS (tst_place_page_parent_class)->dispose (object);
}

static void
tst_place_page_class_init (TstPlacePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tst_place_page_get_property;
  object_class->dispose = tst_place_page_dispose;
  TST_PAGE_CLASS (klass)->shown = tst_place_page_shown;
  properties[PROP_HAS_PIN] = g_param_spec_boolean ("has-pin", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[PLACED] = g_signal_new ("placed", TST_TYPE_PLACE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_DOUBLE,
                                  G_TYPE_DOUBLE);
  gtk_widget_class_install_action (widget_class, "place.use", NULL, on_use);
  gtk_widget_class_install_action (widget_class, "place.clear", NULL, on_clear);
  gtk_widget_class_install_action (widget_class, "place.centre", NULL, on_centre);
  gtk_widget_class_install_action (widget_class, "place.here", NULL, on_here);
}

static GtkWidget *
add_button (GtkWidget *row, const char *label, const char *action)
{
  GtkWidget *button = tst_form_button (label, NULL);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  tst_wrap_append (TST_WRAP (row), button);
  return button;
}

static void
tst_place_page_init (TstPlacePage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  GtkWidget *others = tst_wrap_new ();

  self->map = tst_map_new ();
  gtk_widget_set_vexpand (self->map, TRUE);
  gtk_widget_set_size_request (self->map, -1, MAP_HEIGHT);
  tst_map_set_placing (TST_MAP (self->map), TRUE);
  g_signal_connect_swapped (self->map, "pin-moved", G_CALLBACK (update), self);
  gtk_box_append (GTK_BOX (box), self->map);

  self->where = tst_form_text (foot, "");
  self->here = add_button (others, _("Donde está la tableta"), "place.here");
  add_button (others, _("En el centro del mapa"), "place.centre");
  self->clear = add_button (others, _("Quitar el punto"), "place.clear");
  gtk_box_append (GTK_BOX (foot), others);
  self->use = tst_form_button (_("Usar este punto"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->use), "place.use");
  gtk_box_append (GTK_BOX (foot), self->use);
  gtk_widget_set_margin_start (foot, 16);
  gtk_widget_set_margin_end (foot, 16);
  gtk_widget_set_margin_top (foot, 10);
  gtk_widget_set_margin_bottom (foot, 12);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 720);
  adw_clamp_set_child (ADW_CLAMP (clamp), foot);
  gtk_box_append (GTK_BOX (box), clamp);
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
tst_place_page_new (TstSession *session, const char *subtitle, double lat, double lon, const char *work)
{
  TstPlacePage *self = g_object_new (TST_TYPE_PLACE_PAGE, "session", session, "title", _("Posición"), "subtitle", subtitle, NULL);
  TstWorksSource *works = tst_works_source_for (session);
  TstPlace here;

  self->work = g_strdup (work);
  self->had = !isnan (lat) && !isnan (lon);
  tst_map_attach (TST_MAP (self->map), session);
  tst_locating_while_seen (GTK_WIDGET (self), session);
  if (self->had)
    {
      tst_map_set_pin (TST_MAP (self->map), lat, lon);
      tst_map_go_to (TST_MAP (self->map), lat, lon, NEAR_ZOOM);
    }
  else if (work == NULL && tst_session_get_position (session, &here))
    tst_map_go_to (TST_MAP (self->map), here.latitude, here.longitude, NEAR_ZOOM);
  g_signal_connect_object (works, "changed", G_CALLBACK (take_works), self, G_CONNECT_SWAPPED);
  take_works (self, works);
  update (self);
  return GTK_WIDGET (self);
}
