/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstPlacePage:
 *
 * «Ponga el punto en el mapa»: a place in degrees, by a touch, by dragging the pin, by arrows and Enter, or by the button that puts it in the
 * middle. The works stand on the map to find one's way by.
 *
 * Signal "placed" (double lat, double lon; both NAN: no place); then it leaves by itself. Property: "has-pin" (boolean).
 */
#define TST_TYPE_PLACE_PAGE (tst_place_page_get_type ())
G_DECLARE_FINAL_TYPE (TstPlacePage, tst_place_page, TST, PLACE_PAGE, TstPage)

/* @subtitle: (nullable): what is being placed. @lat, @lon: where the pin stands now, NAN for nowhere; the view is on it. @work: (nullable): code
 * of the work to begin the view at, when there is no pin. */
GtkWidget *tst_place_page_new (TstSession *session, const char *subtitle, double lat, double lon, const char *work);
/* As the person does it by hand. */
void tst_place_page_put (TstPlacePage *self, double lat, double lon);

G_END_DECLS
