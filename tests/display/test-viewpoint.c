/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "event-fixture.h"
#include "kiosk/tst-viewpoint-page.h"
#include "record/tst-body.h"
#include "tst-fake-hardware.h"
#include "tst-find.h"

#include <math.h>

#define NORTH_UP "La flecha va con el norte arriba: esta tableta no sabe hacia dónde mira."
#define MAGNETIC "La flecha sale de donde mira la tableta, según el norte magnético: puede desviarse unos grados."
#define TRUE_NORTH "La flecha sale de donde mira la tableta."

/* Whether those very words are to be seen below @widget. */
static gboolean
shows (GtkWidget *widget, const char *words)
{
  if (!gtk_widget_get_visible (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && g_strcmp0 (gtk_label_get_label (GTK_LABEL (widget)), words) == 0)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (shows (child, words))
      return TRUE;
  return FALSE;
}

static double
turn_of (GtkWidget *page)
{
  double turn;

  g_object_get (page, "turn-deg", &turn, NULL);
  return turn;
}

/* Somebody stands still and turns: the arrow follows without another position, and says from which north it reckons. */
static void
test_turning (void)
{
  const TstFix here = { .place = { .latitude = 7.1190, .longitude = -73.1210, .accuracy_m = 5, .altitude_m = NAN, .heading_deg = NAN, .source = "gnss" },
                        .speed_ms = NAN };
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autoptr (TstFakeLocation) location = tst_fake_location_new ();
  g_autoptr (JsonObject) row = tst_json_parse_object ("{\"id\": \"v\", \"name\": \"Costado norte\", \"work\": \"OB-1\", \"heading_deg\": 40, \"heading_north\": \"magnetic\","
                                                      " \"place\": {\"lat\": 7.12, \"lon\": -73.12}, \"last\": {\"sha256\": \"0\", \"time\": \"2026-03-26T15:00:00Z\"}}", -1, NULL);
  double bearing;
  GtkWidget *page;

  tst_session_set_location (self->session, TST_LOCATION (location));
  page = tst_viewpoint_page_new (self->session, row, NULL);
  event_fixture_push (self, page);
  g_assert_false (shows (page, NORTH_UP)); /* there is no arrow yet */
  tst_fake_location_set (location, &here);
  g_object_get (page, "bearing-deg", &bearing, NULL);
  g_assert_cmpfloat_with_epsilon (bearing, 44.8, 1);
  g_assert_cmpfloat (turn_of (page), ==, bearing);
  g_assert_true (shows (page, NORTH_UP));
  tst_fake_location_turn (location, 30);
  g_assert_cmpfloat_with_epsilon (turn_of (page), bearing - 30, 1e-6);
  g_assert_true (shows (page, MAGNETIC));
  tst_fake_location_turn (location, 60);
  g_assert_cmpfloat_with_epsilon (turn_of (page), bearing - 60 + 360, 1e-6);
  event_fixture_shot (self, "viewpoint-magnetic");
  /* Magnetic north lies eight degrees west here: a compass that says 60 looks at 52. */
  tst_fake_location_set_declination (location, -8);
  g_assert_cmpfloat_with_epsilon (turn_of (page), bearing - 52 + 360, 1e-6);
  g_assert_true (shows (page, TRUE_NORTH));
  tst_fake_location_turn (location, -1);
  g_assert_cmpfloat (turn_of (page), ==, bearing);
  g_assert_true (shows (page, NORTH_UP));
  /* Nor is what the spot's own photograph was told by passed over. */
  g_assert_true (shows (page, "Última foto: 26\u00a0mar\u00a02026 · mire hacia el noreste, según el norte magnético"));
}

static void
add_tests (void)
{
  g_test_add_func ("/viewpoint/turning", test_turning);
}

int
main (int argc, char **argv)
{
  return event_fixture_run (argc, argv, add_tests);
}
