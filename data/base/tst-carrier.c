/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-carrier.h"

G_DEFINE_INTERFACE (TstCarrier, tst_carrier, G_TYPE_OBJECT)

static void
tst_carrier_default_init (TstCarrierInterface *iface)
{
}

void
tst_carrier_run_async (TstCarrier *self, const char *job, JsonObject *args, TstCarrierProgress progress, gpointer progress_data,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (TST_IS_CARRIER (self) && job != NULL && args != NULL);
  TST_CARRIER_GET_IFACE (self)->run_async (self, job, args, progress, progress_data, cancellable, callback, user_data);
}

JsonObject *
tst_carrier_run_finish (TstCarrier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (TST_IS_CARRIER (self), NULL);
  return TST_CARRIER_GET_IFACE (self)->run_finish (self, result, error);
}
