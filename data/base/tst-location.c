/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-location.h"

#include <math.h>

G_DEFINE_INTERFACE (TstLocation, tst_location, G_TYPE_OBJECT)

static void
tst_location_default_init (TstLocationInterface *iface)
{
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  g_object_interface_install_property (iface, g_param_spec_string ("state", NULL, NULL, "off", ro));
  g_object_interface_install_property (iface, g_param_spec_double ("accuracy-m", NULL, NULL, -1, G_MAXDOUBLE, -1, ro));
  g_object_interface_install_property (iface, g_param_spec_string ("source", NULL, NULL, "", ro));
  g_signal_new ("changed", TST_TYPE_LOCATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("turned", TST_TYPE_LOCATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

void
tst_location_start (TstLocation *self)
{
  g_return_if_fail (TST_IS_LOCATION (self));
  TST_LOCATION_GET_IFACE (self)->start (self);
}

void
tst_location_stop (TstLocation *self)
{
  g_return_if_fail (TST_IS_LOCATION (self));
  TST_LOCATION_GET_IFACE (self)->stop (self);
}

gboolean
tst_location_get_fix (TstLocation *self, TstFix *fix)
{
  g_return_val_if_fail (TST_IS_LOCATION (self) && fix != NULL, FALSE);
  return TST_LOCATION_GET_IFACE (self)->get_fix (self, fix);
}

gboolean
tst_location_get_heading (TstLocation *self, TstPlace *place)
{
  g_return_val_if_fail (TST_IS_LOCATION (self) && place != NULL, FALSE);
  place->heading_deg = NAN;
  place->heading_magnetic = FALSE;
  place->declination_deg = 0;
  return TST_LOCATION_GET_IFACE (self)->get_heading (self, place);
}
