/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "full-work.h"

#include "model/tst-work.h"
#include "model/tst-works-import.h"

#include "base/tst-error.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

/* --- tables --- */

typedef struct
{
  GPtrArray *works;
  GString *refused;  /* "row:code " */
  GString *warnings; /* "row " */
  GString *messages;
  guint stop_at;
} Import;

static gboolean
on_accepted (const TstWork *work, guint row, gpointer data, GError **error)
{
  Import *import = data;

  g_ptr_array_add (import->works, tst_work_copy (work));
  if (import->works->len == import->stop_at)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NO_SPACE, "full");
      return FALSE;
    }
  return TRUE;
}

static void
on_refused (guint row, const char *code, const char *message, gpointer data)
{
  Import *import = data;

  g_assert_true (g_utf8_validate (message, -1, NULL));
  g_assert_cmpuint (strlen (message), >, 10);
  g_string_append_printf (import->refused, "%u:%s ", row, code);
  g_string_append_printf (import->messages, "%s\n", message);
}

static void
on_warning (guint row, const char *code, const char *message, gpointer data)
{
  Import *import = data;

  g_string_append_printf (import->warnings, "%u ", row);
  g_string_append_printf (import->messages, "%s\n", message);
}

static const TstWorksImportFuncs funcs = { on_accepted, on_refused, on_warning };

static Import *
import_new (void)
{
  Import *import = g_new0 (Import, 1);

  import->works = g_ptr_array_new_with_free_func ((GDestroyNotify)tst_work_free);
  import->refused = g_string_new (NULL);
  import->warnings = g_string_new (NULL);
  import->messages = g_string_new (NULL);
  return import;
}

static void
import_free (Import *import)
{
  g_ptr_array_unref (import->works);
  g_string_free (import->refused, TRUE);
  g_string_free (import->warnings, TRUE);
  g_string_free (import->messages, TRUE);
  g_free (import);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Import, import_free)

static Import *
import_text (const char *text, TstWorksFormat format)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  TstWorksImportResult result;
  Import *import = import_new ();

  tst_works_import (bytes, &funcs, import, &result, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.format, ==, format);
  g_assert_cmpuint (result.accepted, ==, import->works->len);
  g_assert_cmpuint (result.rows, ==, result.accepted + result.refused);
  return import;
}

static const TstWork *
nth (Import *import, guint i)
{
  g_assert_cmpuint (i, <, import->works->len);
  return g_ptr_array_index (import->works, i);
}

static void
test_csv (void)
{
  g_autoptr (Import) import = import_text (
      "code,title,description,sector,type,status,dependency,comuna,barrio,lat,lon,wkt,budget,contract_number,"
      "contractor,start_planned,end_planned,"
      "physical_planned_pct,physical_observed_pct,financial_pct,secop_url\n"
      "OB-1,\"Parque, fase 2\",\"dos\nlíneas\",Educación,Ampliación,En "
      "Ejecución,Infraestructura,05,Centro,7.1193,-73.1227,,\"$ 1.500.000,50\",C-1,"
      "Consorcio Ficticio,2026-01-15,15/12/2026,50,\"45,5\",30 %,https://example.org/1\n"
      "OB-2,Vía,,transport.road,,planeada,,,,,,\"LINESTRING (-73.10 7.10, -73.12 7.12)\",,,,,,,,,\n",
      TST_WORKS_CSV);
  const TstWork *work = nth (import, 0);

  g_assert_cmpstr (work->code, ==, "OB-1");
  g_assert_cmpstr (work->title, ==, "Parque, fase 2");
  g_assert_cmpstr (work->description, ==, "dos\nlíneas");
  g_assert_cmpstr (work->sector, ==, "education");
  g_assert_cmpstr (work->type, ==, "expansion");
  g_assert_cmpstr (work->status, ==, "en_ejecucion");
  g_assert_cmpstr (work->comuna, ==, "05");
  g_assert_cmpfloat (work->lat, ==, 7.1193);
  g_assert_cmpfloat (work->lon, ==, -73.1227);
  g_assert_cmpfloat (work->budget, ==, 1500000.5);
  g_assert_cmpstr (work->end_planned, ==, "2026-12-15");
  g_assert_cmpfloat (work->physical_observed_pct, ==, 45.5);
  g_assert_cmpfloat (work->financial_pct, ==, 30);
  g_assert_cmpstr (work->secop_url, ==, "https://example.org/1");

  work = nth (import, 1);
  g_assert_nonnull (work->geometry);
  g_assert_cmpfloat_with_epsilon (work->lat, 7.11, 1e-9);
  g_assert_cmpfloat_with_epsilon (work->lon, -73.11, 1e-9);
  g_assert_true (isnan (work->budget));
  g_assert_null (work->contractor);
  g_assert_cmpstr (import->refused->str, ==, "");
  g_assert_cmpstr (import->warnings->str, ==, "");
}

/* Semicolons, a BOM, another order, Spanish names, short rows, blank rows. */
static void
test_csv_shapes (void)
{
  g_autoptr (Import) import = import_text ("\xef\xbb\xbf"
                                           "Título;Código;Estado;Latitud;Longitud;Observaciones\r\n"
                                           "Puente;OB-1;Terminada;7,1193;-73,1227;x\r\n"
                                           ";;;;;\r\n"
                                           "\r\n"
                                           "Acueducto;OB-2\r\n",
                                           TST_WORKS_CSV);

  g_assert_cmpuint (import->works->len, ==, 2);
  g_assert_cmpstr (nth (import, 0)->status, ==, "terminada");
  g_assert_cmpfloat (nth (import, 0)->lon, ==, -73.1227);
  g_assert_cmpstr (nth (import, 1)->title, ==, "Acueducto");
  /* The column that is not used is told, once. */
  g_assert_cmpstr (import->warnings->str, ==, "1 ");
  g_assert_nonnull (strstr (import->messages->str, "Observaciones"));
  {
    g_autoptr (Import) latin = import_text ("code;title\nOB-1;Se\xf1"
                                            "alizaci\xf3n\n",
                                            TST_WORKS_CSV);

    g_assert_cmpstr (nth (latin, 0)->title, ==, "Señalización");
    g_assert_cmpstr (latin->warnings->str, ==, "0 ");
  }
  {
    g_autoptr (Import) american
        = import_text ("code,title,start_planned,end_planned\nA,a,03/04/2026,12/31/2026\n", TST_WORKS_CSV);

    g_assert_cmpstr (nth (american, 0)->start_planned, ==, "2026-03-04");
    g_assert_cmpstr (nth (american, 0)->end_planned, ==, "2026-12-31");
  }
}

static void
test_positions (void)
{
  g_autoptr (Import) import = import_text ("code,title,lat,lon,wkt\n"
                                           "SWAP,a,-73.1227,7.1193,\n"
                                           "SIGN,a,7.1193,73.1227,\n"
                                           "METRES,a,2344607.343,4986026.046,\n"
                                           "SERTEM,a,4986026.046,2344607.343,\n"
                                           "ZERO,a,0,0,\n"
                                           "WKTSWAP,a,,,\"LINESTRING (7.10 -73.10, 7.12 -73.12)\"\n"
                                           "POINT,a,,,POINT (-73.12 7.12)\n"
                                           "MADRID,a,40.41,-3.70,\n"
                                           "HALF,a,7.1,,\n"
                                           "WORD,a,siete,-73,\n"
                                           "BADWKT,a,,,LINEA (1 2)\n"
                                           "NONE,a,,,\n",
                                           TST_WORKS_CSV);

  for (guint i = 0; i < 4; i++)
    {
      g_assert_cmpfloat_with_epsilon (nth (import, i)->lat, i < 2 ? 7.1193 : 7.1187, 1e-7);
      g_assert_cmpfloat_with_epsilon (nth (import, i)->lon, i < 2 ? -73.1227 : -73.1266, 1e-7);
    }
  g_assert_true (isnan (nth (import, 4)->lat));
  g_assert_cmpfloat (nth (import, 5)->geometry->points[0].lat, ==, 7.10);
  g_assert_null (nth (import, 6)->geometry);
  g_assert_cmpfloat (nth (import, 6)->lat, ==, 7.12);
  g_assert_cmpstr (nth (import, 7)->code, ==, "NONE");
  g_assert_cmpstr (import->warnings->str, ==, "2 3 4 5 6 7 ");
  g_assert_cmpstr (import->refused->str, ==, "9:bad-value 10:bad-value 11:bad-value 12:bad-value ");
  g_assert_nonnull (strstr (import->messages->str, "cambiadas"));
}

/* 500 rows of which 20 are bad, in 20 ways: the others are all there. */
static void
test_bad_rows_cost_themselves (void)
{
  static const struct
  {
    const char *row;
    const char *code;
  } bad[] = {
    { ",Sin código,,,", "missing-field" },
    { "B-1,,,,", "missing-field" },
    { "B-2,   ,,,", "missing-field" },
    { "B-3,Estado,quizás,,", "bad-value" },
    { "B-4,Lejos,planeada,48.85,2.35", "bad-value" },
    { "B-5,Sin longitud,planeada,7.1,", "bad-value" },
    { "B-6,Letras,planeada,siete,-73", "bad-value" },
    { "OB-0001,Repetida,planeada,,", "duplicate" },
    { "B-8,Demasiadas,planeada,7.1,-73.1,y,otra,más", "bad-value" },
    { "B-9,\"Sin cerrar,planeada,7.1,-73.1", "bad-value" },
    { "B-10,\"Cerrada\" a medias,planeada,,", "bad-value" },
    { "B-11,Byte \xff"
      "dañado,planeada,,",
      "bad-value" },
    { "B-12,Grados,planeada,7°07',-73°07'", "bad-value" },
    { "B-13,Infinito,planeada,inf,-73", "bad-value" },
    { "B-14,\"\"\"\"\",planeada,,", "bad-value" },
    { "No definido,,planeada,,", "missing-field" },
    { "B-16,No es número,planeada,NaN5,-73", "bad-value" },
    { "B-17,Polo,planeada,99,-173", "bad-value" },
    { "OB-0002,Repetida,planeada,,", "duplicate" },
    { "B-19,\"Otra sin cerrar,planeada,,", "bad-value" },
  };
  g_autoptr (GString) text = g_string_new ("code,title,status,lat,lon\n");
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (Import) import = NULL;
  guint next = 0;

  for (guint i = 0; i < 500; i++)
    if (i % 25 == 24)
      {
        g_string_append_printf (text, "%s\n", bad[next].row);
        g_string_append_printf (expected, "%u:%s ", i + 2, bad[next].code);
        next++;
      }
    else
      g_string_append_printf (text, "OB-%04u,\"Obra \"\"número\"\" %u, señalada\",planeada,7.1%03u,-73.1\n",
                              i + 1, i, i);
  g_assert_cmpuint (next, ==, G_N_ELEMENTS (bad));

  import = import_text (text->str, TST_WORKS_CSV);
  g_assert_cmpstr (import->refused->str, ==, expected->str);
  g_assert_cmpuint (import->works->len, ==, 480);
  for (guint i = 0; i < import->works->len; i++)
    {
      g_autofree char *title = g_strdup_printf ("Obra \"número\" %u, señalada", i + i / 24);

      g_assert_cmpstr (nth (import, i)->title, ==, title);
    }
}

static void
test_unusable_files (void)
{
  static const struct
  {
    const char *text;
    int code;
  } files[] = {
    { "", TST_ERROR_BAD_VALUE },
    { "title,lat\na,b\n", TST_ERROR_MISSING_FIELD },
    { "code,lat\na,b\n", TST_ERROR_MISSING_FIELD },
    { "code,code,title\na,b,c\n", TST_ERROR_BAD_VALUE },
    { "PK\003\004 a zip", TST_ERROR_BAD_VALUE },
    { "%PDF-1.4", TST_ERROR_BAD_VALUE },
    { "<html>", TST_ERROR_BAD_VALUE },
    { "{\"features\":", TST_ERROR_BAD_JSON },
    { "{\"a\":1}", TST_ERROR_BAD_VALUE },
    { "[1", TST_ERROR_BAD_JSON },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (files[i].text, strlen (files[i].text));
      g_autoptr (Import) import = import_new ();
      g_autoptr (GError) error = NULL;
      TstWorksImportResult result;

      g_assert_false (tst_works_import (bytes, &funcs, import, &result, NULL, &error));
      g_assert_error (error, TST_ERROR, files[i].code);
      g_assert_cmpuint (import->works->len, ==, 0);
    }
}

static void
test_stopping (void)
{
  static const char text[] = "code,title\nA,a\nB,b\nC,c\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, sizeof text - 1);
  g_autoptr (Import) import = import_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GString) many = g_string_new ("code,title\n");
  g_autoptr (GBytes) many_bytes = NULL;
  g_autoptr (GError) error = NULL;
  TstWorksImportResult result;

  import->stop_at = 2;
  g_assert_false (tst_works_import (bytes, &funcs, import, &result, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NO_SPACE);
  g_assert_cmpuint (import->works->len, ==, 2);
  g_clear_error (&error);

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (many, "%u,a\n", i);
  many_bytes = g_bytes_new (many->str, many->len);
  import->stop_at = 0;
  g_cancellable_cancel (cancellable);
  g_assert_false (tst_works_import (many_bytes, &funcs, import, &result, cancellable, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_CANCELLED);
}

/* --- SECOP II --- */

static void
assert_secop (Import *import)
{
  const TstWork *work = nth (import, 0);
  const TstContract *contract = g_ptr_array_index (work->contracts, 0);
  g_autofree char *text = tst_work_to_text (work);

  g_assert_cmpstr (work->code, ==, "CO1.PCCNTR.1234567");
  g_assert_cmpstr (work->contract_number, ==, "COP-001-2026");
  g_assert_cmpstr (work->title, ==, "CONSTRUCCIÓN DEL PARQUE LA CEIBA");
  g_assert_cmpstr (work->contractor, ==, "CONSORCIO FICTICIO 2026");
  g_assert_cmpfloat (work->budget, ==, 1234567890);
  g_assert_cmpstr (work->start_planned, ==, "2026-01-15");
  g_assert_cmpstr (work->end_planned, ==, "2026-12-31");
  g_assert_cmpstr (work->status, ==, "en_ejecucion");
  g_assert_null (work->bpin);
  g_assert_null (work->sector);
  g_assert_cmpstr (
      work->secop_url, ==,
      "https://community.secop.gov.co/Public/Tendering/OpportunityDetail/Index?noticeUID=CO1.NTC.1");
  g_assert_cmpstr (contract->nature, ==, "construction");
  g_assert_cmpstr (contract->secop_process, ==, "CO1.BDOS.7654321");
  g_assert_cmpstr (contract->contractor_nit, ==, "900000000");
  g_assert_cmpfloat (contract->days_added, ==, 30);
  /* Never read: bank accounts, documents of persons. */
  g_assert_null (strstr (text, "BANCO"));
  g_assert_null (strstr (text, "55555"));
  g_assert_null (strstr (text, "11111111"));
  /* The second is no work; the third was won by a person, whose document is not kept. */
  g_assert_cmpstr (nth (import, 1)->code, ==, "CO1.PCCNTR.3");
  contract = g_ptr_array_index (nth (import, 1)->contracts, 0);
  g_assert_null (contract->contractor_nit);
  g_assert_true (isnan (nth (import, 1)->budget));
  g_assert_null (nth (import, 1)->start_planned);
  g_assert_cmpuint (g_utf8_strlen (nth (import, 1)->title, -1), <=, 200);
  g_assert_true (g_str_has_suffix (nth (import, 1)->title, "…"));
  g_assert_cmpuint (strlen (nth (import, 1)->description), >, 300);
}

static void
test_secop_csv (void)
{
  g_autofree char *object = g_strnfill (400, 'x');
  g_autofree char *text = NULL;
  g_autoptr (Import) import = NULL;

  for (guint i = 20; i < 400; i += 20)
    object[i] = ' ';
  text = g_strdup_printf ("Nombre Entidad,ID Contrato,Referencia del Contrato,Proceso de Compra,Estado "
                          "Contrato,Tipo de Contrato,Modalidad de Contratacion,Sector,"
                          "Objeto del Contrato,Proveedor Adjudicado,TipoDocProveedor,Documento "
                          "Proveedor,Valor del Contrato,Valor Pagado,Fecha de Inicio del Contrato,"
                          "Fecha de Fin del Contrato,Dias Adicionados,Código BPIN,URLProceso,Nombre del "
                          "Banco,Número de Cuenta,Número de Documento Supervisor\n"
                          "ALCALDÍA FICTICIA,CO1.PCCNTR.1234567,COP-001-2026,CO1.BDOS.7654321,En "
                          "ejecución,Obra,Licitación pública,Servicio Público,"
                          "CONSTRUCCIÓN DEL PARQUE LA CEIBA,CONSORCIO FICTICIO "
                          "2026,NIT,900000000,\"1,234,567,890\",,01/15/2026,12/31/2026,30,No Definido,"
                          "{'url': "
                          "'https://community.secop.gov.co/Public/Tendering/OpportunityDetail/"
                          "Index?noticeUID=CO1.NTC.1'},BANCO X,5555555555,11111111\n"
                          "ALCALDÍA FICTICIA,CO1.PCCNTR.2,CPS-2,CO1.BDOS.2,En ejecución,Prestación de "
                          "servicios,,,APOYO,PERSONA,Cédula,11111111,1,,,,,,,,,\n"
                          "ALCALDÍA FICTICIA,CO1.PCCNTR.3,COP-3,CO1.BDOS.3,Terminado,Obra,,,%s,PERSONA "
                          "FICTICIA,Cédula de Ciudadanía,11111111,No definido,,No Definido,,"
                          ",,,,,\n",
                          object);
  import = import_text (text, TST_WORKS_SECOP);
  assert_secop (import);
  g_assert_cmpstr (import->refused->str, ==, "3:bad-value ");
}

static void
test_secop_json (void)
{
  g_autofree char *object = g_strnfill (400, 'x');
  g_autofree char *text = NULL;
  g_autoptr (Import) import = NULL;

  object[150] = ' ';
  text = g_strdup_printf (
      "[{\"nombre_entidad\":\"ALCALDÍA "
      "FICTICIA\",\"id_contrato\":\"CO1.PCCNTR.1234567\",\"referencia_del_contrato\":\"COP-001-2026\","
      "\"proceso_de_compra\":\"CO1.BDOS.7654321\",\"estado_contrato\":\"En "
      "ejecución\",\"tipo_de_contrato\":\"Obra\",\"sector\":\"Servicio Público\","
      "\"objeto_del_contrato\":\"CONSTRUCCIÓN DEL PARQUE LA CEIBA\",\"proveedor_adjudicado\":\"CONSORCIO "
      "FICTICIO 2026\",\"tipodocproveedor\":\"NIT\","
      "\"documento_proveedor\":\"900000000\",\"valor_del_contrato\":\"1234567890\",\"fecha_de_inicio_del_"
      "contrato\":\"2026-01-15T00:00:00.000\","
      "\"fecha_de_fin_del_contrato\":\"2026-12-31T00:00:00.000\",\"dias_adicionados\":\"30\",\"c_digo_bpin\":"
      "\"No Definido\","
      "\"urlproceso\":{\"url\":\"https://community.secop.gov.co/Public/Tendering/OpportunityDetail/"
      "Index?noticeUID=CO1.NTC.1\"},"
      "\"nombre_del_banco\":\"BANCO "
      "X\",\"n_mero_de_cuenta\":\"5555555555\",\"n_mero_de_documento_supervisor\":\"11111111\"},"
      "{\"id_contrato\":\"CO1.PCCNTR.2\",\"tipo_de_contrato\":\"Prestación de "
      "servicios\",\"objeto_del_contrato\":\"APOYO\"},"
      "{\"id_contrato\":\"CO1.PCCNTR.3\",\"tipo_de_contrato\":\"Obra\",\"objeto_del_contrato\":\"%s\","
      "\"tipodocproveedor\":\"Cédula de Ciudadanía\","
      "\"documento_proveedor\":\"11111111\",\"valor_del_contrato\":\"No "
      "definido\",\"fecha_de_inicio_del_contrato\":\"No Definido\"}, 7]",
      object);
  import = import_text (text, TST_WORKS_SECOP);
  assert_secop (import);
  g_assert_cmpstr (import->refused->str, ==, "2:bad-value 4:bad-value ");
}

/* --- GeoJSON and OC4IDS --- */

static void
test_geojson (void)
{
  g_autoptr (Import) import = import_text (
      "{\"type\":\"FeatureCollection\",\"features\":["
      "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[-73.12,7.12]},\"properties\":{"
      "\"code\":\"A\",\"title\":\"Parque\","
      "\"budget\":1500000,\"financial_pct\":12.5,\"status\":\"en ejecución\"}},"
      "{\"type\":\"Feature\",\"id\":7,\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[7.10,-73.10],["
      "7.12,-73.12]]},"
      "\"properties\":{\"nombre\":\"Vía\"}},"
      "{\"type\":\"Feature\",\"id\":\"C\",\"geometry\":null,\"properties\":{\"title\":\"Sin lugar\"}},"
      "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[]},\"properties\":{\"code\":"
      "\"D\",\"title\":\"Rota\"}},"
      "{\"type\":\"Feature\",\"geometry\":null,\"properties\":null},"
      "3]}",
      TST_WORKS_GEOJSON);

  g_assert_cmpuint (import->works->len, ==, 3);
  g_assert_cmpstr (nth (import, 0)->status, ==, "en_ejecucion");
  g_assert_cmpfloat (nth (import, 0)->budget, ==, 1500000);
  g_assert_cmpfloat (nth (import, 0)->financial_pct, ==, 12.5);
  g_assert_cmpfloat (nth (import, 0)->lat, ==, 7.12);
  g_assert_cmpstr (nth (import, 1)->code, ==, "7");
  g_assert_cmpfloat (nth (import, 1)->geometry->points[0].lon, ==, -73.10);
  g_assert_true (isnan (nth (import, 2)->lat));
  g_assert_cmpstr (import->warnings->str, ==, "2 ");
  g_assert_cmpstr (import->refused->str, ==, "4:bad-value 5:missing-field 6:bad-value ");
}

/* What we write comes back. */
static void
test_geojson_round_trip (void)
{
  g_autoptr (TstWork) work = full_work ();
  g_autoptr (JsonObject) collection = json_object_new ();
  JsonArray *features = json_array_new ();
  g_autofree char *text = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (Import) import = NULL;
  TstPoint marker = tst_geometry_representative_point (work->geometry);

  work->risk_unfinished = FALSE;
  work->lat = marker.lat;
  work->lon = marker.lon;
  g_ptr_array_set_size (work->contracts, 0);
  json_array_add_object_element (features, tst_work_to_feature (work, FALSE));
  json_object_set_string_member (collection, "type", "FeatureCollection");
  json_object_set_array_member (collection, "features", features);
  text = tst_json_write (collection);
  import = import_text (text, TST_WORKS_GEOJSON);
  before = tst_work_to_text (work);
  after = tst_work_to_text (nth (import, 0));
  g_assert_cmpstr (after, ==, before);
}

static void
test_oc4ids (void)
{
  g_autoptr (Import) import = import_text (
      "{\"version\":\"0.9\",\"projects\":[{\"id\":\"oc4ids-abc123-OB-1\",\"identifiers\":[{\"id\":\"OB-1\","
      "\"scheme\":\"internal\"}],"
      "\"title\":\"Vía al "
      "Roble\",\"status\":\"implementation\",\"sector\":[\"transport\",\"transport.road\"],\"type\":"
      "\"rehabilitation\","
      "\"publicAuthority\":{\"name\":\"Alcaldía "
      "Ficticia\",\"id\":\"x\"},\"period\":{\"startDate\":\"2026-01-15T00:00:00Z\",\"endDate\":\"2026-12-"
      "15T00:00:00Z\"},"
      "\"budget\":{\"amount\":{\"amount\":1500000000,\"currency\":\"COP\"}},"
      "\"locations\":[{\"geometry\":{\"type\":\"Point\",\"coordinates\":[7.12,-73.12]}}],"
      "\"contractingProcesses\":[{\"id\":\"1\",\"summary\":{\"nature\":[\"supervision\"],"
      "\"externalReference\":\"INT-1\"}},"
      "{\"id\":\"2\",\"summary\":{\"nature\":[\"construction\"],\"externalReference\":\"COP-1\","
      "\"suppliers\":[{\"name\":\"Consorcio Ficticio\"}]}}],"
      "\"metrics\":[{\"id\":\"physicalProgress\",\"observations\":[{\"measure\":\"50\"},{\"measure\":\"75\"}]"
      "}]},"
      "{\"id\":\"X\",\"title\":\"En "
      "libras\",\"status\":\"completed\",\"budget\":{\"amount\":{\"amount\":1,\"currency\":\"GBP\"}}},"
      "{\"id\":\"Y\"}]}",
      TST_WORKS_OC4IDS);
  const TstWork *work = nth (import, 0);

  g_assert_cmpstr (work->code, ==, "OB-1");
  g_assert_cmpstr (work->status, ==, "en_ejecucion");
  g_assert_cmpstr (work->sector, ==, "transport.road");
  g_assert_cmpstr (work->type, ==, "rehabilitation");
  g_assert_cmpstr (work->dependency, ==, "Alcaldía Ficticia");
  g_assert_cmpstr (work->end_planned, ==, "2026-12-15");
  g_assert_cmpfloat (work->budget, ==, 1500000000);
  g_assert_cmpfloat (work->lat, ==, 7.12);
  g_assert_cmpstr (work->contract_number, ==, "COP-1");
  g_assert_cmpstr (work->contractor, ==, "Consorcio Ficticio");
  g_assert_cmpfloat (work->physical_observed_pct, ==, 75);
  g_assert_cmpstr (nth (import, 1)->status, ==, "liquidada");
  g_assert_true (isnan (nth (import, 1)->budget));
  g_assert_cmpstr (import->warnings->str, ==, "1 2 ");
  g_assert_cmpstr (import->refused->str, ==, "3:missing-field ");
}

/* Whatever a disk or a person did to a file: no crash, and what is accepted is valid. */
static gboolean
on_accepted_valid (const TstWork *work, guint row, gpointer data, GError **error)
{
  g_autoptr (GError) invalid = NULL;
  g_autofree char *text = tst_work_to_text (work);
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (TstWork) again = NULL;

  g_assert_true (tst_work_validate (work, &invalid));
  g_assert_no_error (invalid);
  json = tst_json_parse_object (text, -1, &invalid);
  g_assert_no_error (invalid);
  again = tst_work_from_json (json, &invalid);
  g_assert_no_error (invalid);
  return TRUE;
}

static void
test_corrupted (void)
{
  static const char *const files[] = {
    "code,title,status,lat,lon,wkt,budget,start_planned\n"
    "OB-1,\"Parque, \"\"fase\"\" 2\",planeada,7.1193,-73.1227,,\"1.500.000,50\",2026-01-15\n"
    "OB-2,Señal,en ejecución,,,\"POLYGON ((-73.1 7.1, -73.2 7.1, -73.2 7.2, -73.1 7.1))\",,31/12/2026\n",
    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":"
    "\"MultiLineString\",\"coordinates\":"
    "[[[-73.1,7.1],[-73.2,7.2]],[[-73.3,7.3],[-73.4,7.4]]]},\"properties\":{\"code\":\"A\",\"title\":\"Vía\","
    "\"budget\":1.5}}]}",
    "[{\"id_contrato\":\"CO1.PCCNTR.1\",\"objeto_del_contrato\":\"OBRA\",\"urlproceso\":{\"url\":\"https://"
    "a.example/x\"},"
    "\"valor_del_contrato\":\"1500\",\"estado_contrato\":\"Terminado\",\"fecha_de_fin_del_contrato\":\"2026-"
    "12-31T00:00:00.000\"}]",
  };
  static const char bytes[] = "\",;\n\r\t{}[]().-0\xff\xc3=";
  const TstWorksImportFuncs valid = { on_accepted_valid, on_refused, on_warning };

  for (guint round = 0; round < 3000; round++)
    {
      const char *file = files[round % G_N_ELEMENTS (files)];
      gsize size = strlen (file);
      g_autofree char *data = g_memdup2 (file, size);
      g_autoptr (GBytes) input = NULL;
      g_autoptr (Import) import = import_new ();
      g_autoptr (GError) error = NULL;
      TstWorksImportResult result;

      for (gint32 i = g_test_rand_int_range (0, 5); i >= 0; i--)
        data[g_test_rand_int_range (0, size)] = g_test_rand_bit ()
                                                    ? bytes[g_test_rand_int_range (0, sizeof bytes)]
                                                    : (char)g_test_rand_int_range (0, 256);
      if (g_test_rand_int_range (0, 4) == 0)
        size = g_test_rand_int_range (0, size);
      input = g_bytes_new (data, size);
      if (tst_works_import (input, &valid, import, &result, NULL, &error))
        g_assert_cmpuint (result.rows, ==, result.accepted + result.refused);
      else
        g_assert_nonnull (error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/works-import/csv", test_csv);
  g_test_add_func ("/works-import/csv-shapes", test_csv_shapes);
  g_test_add_func ("/works-import/positions", test_positions);
  g_test_add_func ("/works-import/bad-rows-cost-themselves", test_bad_rows_cost_themselves);
  g_test_add_func ("/works-import/unusable-files", test_unusable_files);
  g_test_add_func ("/works-import/stopping", test_stopping);
  g_test_add_func ("/works-import/secop-csv", test_secop_csv);
  g_test_add_func ("/works-import/secop-json", test_secop_json);
  g_test_add_func ("/works-import/geojson", test_geojson);
  g_test_add_func ("/works-import/geojson-round-trip", test_geojson_round_trip);
  g_test_add_func ("/works-import/oc4ids", test_oc4ids);
  g_test_add_func ("/works-import/corrupted", test_corrupted);
  return g_test_run ();
}
