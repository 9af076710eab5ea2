/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-work.h"

#include <math.h>
#include <string.h>

/* A work with all that it can have. */
static inline TstWork *
full_work (void)
{
  TstWork *work = tst_work_new ();
  TstContract *contract = tst_contract_new ();

  work->code = g_strdup ("OB-001");
  work->title = g_strdup ("Parque «La Ceiba», \"fase 2\"");
  work->description = g_strdup ("Primera línea\nSegunda \\ línea");
  work->sector = g_strdup ("cultureSportsAndRecreation");
  work->type = g_strdup ("construction");
  work->status = g_strdup ("en_ejecucion");
  work->divipola = g_strdup ("00000");
  work->lat = 7.1193;
  work->lon = -73.1227;
  work->geometry = tst_geometry_from_wkt ("LINESTRING (-73.1 7.1, -73.2 7.2)", NULL);
  work->budget = 1500000000.5;
  work->start_planned = g_strdup ("2026-01-15");
  work->physical_observed_pct = 45;
  work->financial_pct = 33.3;
  work->secop_url = g_strdup ("https://community.secop.example/1");
  work->risk_unfinished = TRUE;
  contract->nature = g_strdup ("supervision");
  contract->number = g_strdup ("C-1");
  contract->value_total = 20000000;
  g_ptr_array_add (work->contracts, contract);
  return work;
}
