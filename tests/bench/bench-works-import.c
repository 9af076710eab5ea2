/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading works: 100,000 rows of the CSV of `testigoctl works import`, of SECOP II's and of GeoJSON, parsed, validated and
 * written as JSON texts, against taking the same bytes apart into cells only. Prints medians of five; fails when CSV takes over
 * the first argument (default 2) seconds. */

#include "model/tst-csv.h"
#include "model/tst-works-import.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define WORKS 100000
#define ROUNDS 5

static gboolean
on_accepted (const TstWork *work, guint row, gpointer data, GError **error)
{
  g_autofree char *text = tst_work_to_text (work);

  *(gsize *)data += text[0] == '{';
  return TRUE;
}

static void
on_refused (guint row, const char *code, const char *message, gpointer data)
{
  g_error ("row %u: %s", row, message);
}

static GBytes *
make_csv (void)
{
  GString *out = g_string_sized_new (30 * 1000 * 1000);

  g_string_append (
      out,
      "code,title,description,sector,type,status,dependency,comuna,barrio,lat,lon,wkt,budget,contract_number,"
      "contractor,start_planned,end_planned,physical_planned_pct,physical_observed_pct,financial_pct,secop_"
      "url\r\n");
  for (guint i = 0; i < WORKS; i++)
    g_string_append_printf (
        out,
        "OB-%06u,\"Mejoramiento de la vía %u, \"\"tramo\"\" %u\",\"Pavimentación, andenes y redes\ndel "
        "sector %u\",Vías y puentes,"
        "Rehabilitación,En ejecución,Secretaría de Infraestructura,%02u,Barrio "
        "%u,\"7,1%04u\",\"-73,1%04u\",,\"$ 1.%03u.000.000\","
        "COP-%u-2026,Consorcio Ficticio %u,2026-01-15,31/12/2026,50,\"45,5\",30,https://secop.example/%u\r\n",
        i, i, i % 7, i % 100, i % 9 + 1, i % 300, i % 10000, (i * 7) % 10000, i % 1000, i, i % 500, i);
  return g_string_free_to_bytes (out);
}

static GBytes *
make_secop (void)
{
  GString *out = g_string_sized_new (30 * 1000 * 1000);

  g_string_append (
      out,
      "Nombre Entidad,ID Contrato,Referencia del Contrato,Proceso de Compra,Estado Contrato,Tipo de Contrato,"
      "Objeto del Contrato,Proveedor Adjudicado,Valor del Contrato,Valor Pagado,Fecha de Inicio del Contrato,"
      "Fecha de Fin del Contrato,Dias Adicionados,Código BPIN,URLProceso\n");
  for (guint i = 0; i < WORKS; i++)
    g_string_append_printf (
        out,
        "ALCALDÍA FICTICIA,CO1.PCCNTR.%u,COP-%u,CO1.BDOS.%u,En ejecución,Obra,CONSTRUCCIÓN DE OBRAS DE "
        "MITIGACIÓN NÚMERO %u,CONSORCIO FICTICIO %u,\"1,%03u,000,000\",,01/15/2026,12/31/2026,0,No Definido,"
        "{'url': 'https://secop.example/%u'}\n",
        i, i, i, i, i % 500, i % 1000, i);
  return g_string_free_to_bytes (out);
}

static GBytes *
make_geojson (void)
{
  GString *out = g_string_sized_new (30 * 1000 * 1000);

  g_string_append (out, "{\"type\":\"FeatureCollection\",\"features\":[");
  for (guint i = 0; i < WORKS; i++)
    g_string_append_printf (
        out,
        "%s{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[-73.1%04u,7.1%04u]},"
        "\"properties\":{\"code\":\"OB-%06u\",\"title\":\"Vía %u\",\"status\":\"planeada\",\"budget\":%u}}",
        i > 0 ? "," : "", i % 10000, (i * 7) % 10000, i, i, i * 1000);
  g_string_append (out, "]}");
  return g_string_free_to_bytes (out);
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return x < y ? -1 : x > y;
}

static double
time_import (GBytes *bytes)
{
  double seconds[ROUNDS];

  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr (GError) error = NULL;
      const TstWorksImportFuncs funcs = { on_accepted, on_refused, NULL };
      TstWorksImportResult result;
      gint64 start = g_get_monotonic_time ();
      gsize accepted = 0;

      if (!tst_works_import (bytes, &funcs, &accepted, &result, NULL, &error))
        g_error ("%s", error->message);
      seconds[i] = (g_get_monotonic_time () - start) / 1e6;
      g_assert_cmpuint (accepted, ==, WORKS);
    }
  qsort (seconds, ROUNDS, sizeof *seconds, compare);
  return seconds[ROUNDS / 2];
}

static double
time_cells (GBytes *bytes)
{
  double seconds[ROUNDS];

  for (guint i = 0; i < ROUNDS; i++)
    {
      gint64 start = g_get_monotonic_time ();
      g_autoptr (TstCsvReader) reader = tst_csv_reader_new (bytes);
      guint rows = 0;

      while (tst_csv_reader_next (reader) == TST_CSV_ROW)
        rows++;
      seconds[i] = (g_get_monotonic_time () - start) / 1e6;
      g_assert_cmpuint (rows, ==, WORKS + 1);
    }
  qsort (seconds, ROUNDS, sizeof *seconds, compare);
  return seconds[ROUNDS / 2];
}

static long
peak_mib (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

int
main (int argc, char **argv)
{
  double limit = argc > 1 ? g_ascii_strtod (argv[1], NULL) : 2;
  g_autoptr (GBytes) csv = make_csv ();
  g_autoptr (GBytes) secop = make_secop ();
  g_autoptr (GBytes) geojson = make_geojson ();
  double csv_seconds = time_import (csv);
  double csv_cells = time_cells (csv);
  double geojson_seconds;

  printf ("%d works as CSV (%.1f MB): cells %.2f s, works %.2f s; peak memory %ld MiB\n", WORKS,
          g_bytes_get_size (csv) / 1e6, csv_cells, csv_seconds, peak_mib ());
  printf ("%d works as SECOP II CSV (%.1f MB): cells %.2f s, works %.2f s\n", WORKS,
          g_bytes_get_size (secop) / 1e6, time_cells (secop), time_import (secop));
  geojson_seconds = time_import (geojson);
  printf ("%d works as GeoJSON (%.1f MB): works %.2f s; peak memory %ld MiB\n", WORKS,
          g_bytes_get_size (geojson) / 1e6, geojson_seconds, peak_mib ());
  return csv_seconds <= limit ? 0 : 1;
}
