/// Made by setup/names/make.py from the lists of the United States Census Bureau of 1990; not to be edited.
enum CommonNames {
    /// The 24,000 commonest family and first names, in lower case, by the binary logarithm of how many bear them
    /// in a million.
    static let byCommonness: [(level: Int, names: String)] = [
        (
            13,
            """
            smith
            """
        ),
        (
            12,
            """
            brown david davis james john johnson jones mary michael miller robert thomas william williams
            """
        ),
        (
            11,
            """
            allen anderson barbara charles christopher clark daniel garcia george harris jackson joseph lee lewis \
            linda martin martinez moore patricia paul richard robinson rodriguez scott taylor thompson walker white \
            wilson
            """
        ),
        (
            10,
            """
            adams alexander andrew anthony bailey baker bell betty brian brooks campbell carol carter collins cook \
            cooper cox deborah dennis donald donna dorothy douglas edward edwards elizabeth eric evans frank gary \
            gonzalez gray green gregory hall helen henry hernandez hill howard jason jeffrey jennifer jessica jose \
            karen kelly kenneth kevin kimberly king larry laura lawrence lisa lopez margaret maria mark matthew \
            michelle mitchell morgan morris murphy nancy nelson parker patrick perez perry peterson phillips \
            ramirez raymond reed richardson rivera roberts rogers ronald rose ross russell ruth ryan sanchez sandra \
            sarah sharon shirley stephen steven stewart susan terry timothy torres turner walter ward wright young
            """
        ),
        (
            9,
            """
            aaron adam albert alice amanda amy andrea andrews angela ann anna armstrong arnold arthur ashley austin \
            barnes benjamin bennett berry beverly billy black boyd bradley brandon brenda bruce bryan bryant burns \
            butler carl carlos carolyn carpenter carroll catherine chavez cheryl christina christine cole coleman \
            craig crawford cruz cunningham curtis cynthia dale daniels dean debra denise diane diaz dixon doris \
            duncan dunn elliott ellis evelyn ferguson fisher flores ford foster fox frances francis franklin fred \
            freeman gardner gerald gibson gilbert glenn gloria gomez gonzales gordon graham grant greene griffin \
            hamilton harold harper harrison harry hart harvey hawkins hayes heather henderson hicks holmes hudson \
            hughes hunt hunter irene jack jane janet janice jean jenkins jeremy jerry joan joe jonathan jordan \
            joshua joyce juan judith judy julie justin katherine kathleen kathy keith kelley kennedy kim knight \
            lane leonard leslie long lori louis marie marshall martha mason matthews mcdonald melissa mildred mills \
            morales murray myers nicholas nichols nicole norman oliver olson ortiz owens palmer pamela patterson \
            payne perkins peter peters pierce porter powell price rachel ralph ramos ray rebecca reyes reynolds \
            rice riley robertson robin roger rosa roy ruiz samuel sanders shannon shaw simmons simpson sims snyder \
            spencer stanley stephanie stephens steve stevens stone sullivan tammy teresa theresa todd tracy tucker \
            vincent virginia wagner wallace warren washington watkins watson wayne weaver webb wells west willie \
            willis wood woods
            """
        ),
        (
            8,
            """
            adkins aguilar alan alex alfred alicia allison alvarado alvarez amber ana angel anita anne annette \
            annie antonio april audrey baldwin ball ballard banks barber barker barnett barrett barry bates \
            beatrice beck becker benson bernard bernice bertha bill bishop blair blake bobby bonnie bowen bowman \
            bradford brady brewer briggs brock buchanan burgess burke burton bush byrd caldwell calvin cameron \
            cannon carlson carmen carr carrie casey castillo castro cathy chad chambers chandler chapman charlotte \
            chase chris christensen christian cindy clara clarence clay clayton clifford cobb cohen colon conner \
            connie corey courtney cross crystal cummings curry dana danielle danny darlene davidson dawn dawson day \
            debbie delgado derrick diana dolores don doyle earl eddie edith edna edwin elaine eleanor ellen emily \
            emma erica erickson erin ernest esther estrada ethel eugene eva everett farmer fernandez fields \
            fitzgerald fleming fletcher florence flowers floyd fowler francisco frazier frederick french fuller \
            gail garner garrett garza geraldine gibbs gill gladys glover goodman goodwin grace graves greer \
            griffith gross guerrero gutierrez guy guzman hale hammond hampton hansen hanson hardy harmon haynes \
            hazel herbert herman herrera higgins hines hodges hoffman holland holly holt hopkins horton houston \
            howell hubbard ingram jackie jacob jacobs jacqueline jamie jay jeff jefferson jeffery jennings jensen \
            jesse jessie jesus jill jim jimenez jimmy joann joanne joel johnny johnston josephine juanita julia \
            june kathryn keller kent kirk klein kyle lambert larson lauren lawson leon leroy lester lillian lindsey \
            little lloyd logan lois lorraine louise love lowe lucas lucille luis lynch lynn lyons mack maldonado \
            malone mann manning manuel marcus marilyn mario marion marjorie marvin maxwell may mcbride mccarthy \
            mccoy mcdaniel mcgee mckinney mclaughlin medina megan melvin mendez mendoza meyer micheal michele \
            miguel mike miles milton monica montgomery moody moran moreno morrison morton moss mullins munoz nathan \
            neal newman newton nguyen norma norris nunez obrien ortega osborne oscar owen padilla page parks \
            parsons patton paula pauline pearson peggy pena philip phillip phyllis pope potter powers pratt preston \
            quinn ramsey randall randy reese reeves regina reid renee rhodes rhonda richards ricky rios rita \
            robbins rodgers rodney rodriquez roman romero rowe ruby salazar sally samantha sandoval santiago santos \
            sara saunders schmidt schneider schultz schwartz sean sharp shawn sheila shelton sherman sherry silva \
            simon soto stacey stacy steele stevenson stokes strickland sutton suzanne swanson sylvia tate thelma \
            theodore thornton tiffany tina tom tony townsend travis troy tyler valdez valerie vargas vasquez vaughn \
            vega vera vernon veronica victor victoria vivian wade walsh walters walton wanda warner waters watts \
            weber webster welch wendy wesley wheeler williamson wise wolfe yates yvonne zimmerman
            """
        ),
        (
            7,
            """
            abbott abraham acevedo acosta adrian agnes aguirre alford allan alma alston alvin amos andre arlene \
            atkins atkinson avery avila ayala ayers baird barr barrera barron bartlett barton bass battle bauer \
            baxter beach bean beard beasley becky ben bender bentley benton berg berger bessie best beth billie \
            blackburn blackwell blanchard blankenship blevins bobbie bolton bond bonner booker boone booth bowers \
            boyer brad bradshaw branch brandy bray brennan brent brett bridges bright britt brittany browning buck \
            buckley bullock burch burks burnett burris burt byers byron cabrera cain calderon calhoun callahan \
            camacho campos cantrell cantu cardenas carey carla carlton carney carole caroline carrillo carson \
            carver case cash cassandra castaneda cecil cervantes chan chaney chang charlene charlie chen cherry \
            chester christie christy church claire clarke claude claudia clements clemons cleveland clifton cline \
            clinton clyde cochran cody coffey colleen collier combs compton conley conrad constance contreras \
            conway cooley copeland cora cortez cory cote cotton craft crane crosby daisy dalton dan darrell darren \
            darryl daugherty davenport deanna decker delaney deleon delores derek dianne dickerson dickson dillard \
            dillon dodson dominguez donaldson donovan dora dorsey dotson drake drew duane dudley duffy duke dunlap \
            duran durham dustin dwight dyer eaton edgar eileen ella ellison elmer elsie emerson england english \
            erik erika ervin erwin espinoza estes ewing farley farrell faulkner felicia felix fernando ferrell \
            figueroa finch finley fischer fitzpatrick flora flynn foley forrest franco frost fry frye fuentes \
            fulton gabriel gaines gallagher gallegos galloway gamble garland garrison gates gay gene gentry georgia \
            gertrude giles gillespie gilmore gina glass glen glenda goff golden good gould grady greg gregg grimes \
            guadalupe guerra gwendolyn hahn haley hancock hanna hannah hardin harding harrell harrington hartman \
            hatfield hayden hays heath hebert hector heidi hendricks hensley henson herring hess hester hickman \
            hilda hinton hobbs hodge hogan holcomb holden holder hollis holloway holman hood hooper hoover hope \
            hopper horn horne house howe huff huffman hugh hull humphrey hurley hurst hutchinson ida irma irvin \
            irwin isaac isabel jacobson jaime jan jared jarvis javier jeanette jeanne jennie jenny jerome jewell \
            jimmie jody johnnie johns jon jorge joy joyner juarez julian julio justice kane karl katie katrina \
            kaufman kay kemp kendall kendrick kenny kerr kerry key kidd kinney kirby kirkland kline knapp knox koch \
            kramer kristen kristin kristina kurt lamb lancaster lance landry lang lara larsen laurie leach leah \
            leblanc lena leo leona levine levy lillie lindsay livingston lonnie loretta lott lowery lucy luke luna \
            luther lydia lyle mabel macdonald macias madden maddox mae marc marcia margarita margie marian marks \
            marlene marquez marsh marsha massey mathew mathews mathis mattie maureen maurice max maxine mayer \
            maynard mayo mays mccall mccarty mcclain mcclure mcconnell mccormick mccray mccullough mcdowell \
            mcfadden mcfarland mcgowan mcguire mcintosh mcintyre mckay mckee mckenzie mcknight mclean mcleod \
            mcmillan mcneil mcpherson meadows mejia melanie melendez melinda melton mercado mercer meredith merrill \
            merritt meyers middleton minnie miranda miriam misty molina monroe montoya moon mooney morin morrow \
            morse moses mosley mueller mullen myrtle naomi nash natalie nathaniel navarro neil nellie nicholson \
            nielsen nina nixon noble noel nolan nora norton ochoa oconnor odell odom odonnell olga olsen oneal \
            oneill orr osborn pace pacheco paige park parrish pat pate patel patsy pearl peck pedro pennington \
            penny petersen petty phelps pickett pittman pitts pollard poole potts prince priscilla pruitt pugh \
            rafael ramon ramona randolph ratliff raul reginald reilly rene ricardo rich richmond rick riddle riggs \
            rivas rivers roach roberson roberta roberto robles rojas roland rollins ron ronnie rosales rosario \
            rosemary roth rowland ruben rudolph rush russo rutledge salas salinas sam sampson sandy sanford santana \
            savage sawyer schroeder sears sellers serrano sexton shaffer shane sharpe shelley shelly shepard \
            shepherd sheppard sherri shields short sidney singleton skinner slater sloan small snider snow solis \
            solomon sonia sparks spears spence stafford stanton stark stein stella stephenson sterling stout strong \
            stuart suarez sue summers sweeney sweet sykes sylvester talley tamara tanner tanya tara ted terrell \
            terri tillman tim tommy toni tonya tracey tran trent trevino trujillo tyrone tyson underwood valencia \
            valentine valenzuela vance vanessa vaughan vazquez velasquez velez velma vicki vickie villarreal viola \
            violet wall waller walls ware weeks weiss whitaker whitehead whitfield whitney wiggins wilcox wilder \
            wiley wilkerson wilkins wilkinson willard wilma winston winters witt wolf wong woodard woodward workman \
            wyatt wynn yang yolanda york zachary zamora
            """
        ),
        (
            6,
            """
            abel abernathy abrams ackerman ada adair addison adrienne akers akins alberta alberto albright aldrich \
            aldridge alejandro alexandra alexis alfaro alfonso alfredo ali alison allred alonzo alton alyssa \
            ambrose amelia ames anaya andersen andrade andres andy angelica angelina angelo angie antoinette \
            antonia archer archie arellano arias armando arredondo arrington arroyo arturo ash ashby askew atwood \
            aubrey augustine babb babcock baca bacon baez bain barajas barlow barnard barney barnhart barrow \
            bartley bassett bateman bautista beal beatty beaver begay belanger belcher belinda bellamy beltran \
            benavides benedict benitez bennie benny benoit bergeron bergman bermudez bernadette bernal bess bethany \
            betsy betts beulah biggs billings bingham bird blackman blackmon blanca blanche blanco bland blanton \
            bledsoe bliss block bloom blount blue bob boggs bolden bonds bonilla boswell bouchard boucher bowden \
            bower bowles bowling boyce boykin boyle bragg brandi brandt brantley braun bravo brewster bridget \
            britton brooke broussard browne bruner bruno brunson bryson buckner buford bullard bunch burger burgos \
            burkett burnette burr burrell burroughs busby butcher butts bynum byrne cahill calloway calvert camp \
            candace candice cano capps carlisle carmichael caron cartwright cary cassidy castle cates caudill \
            cecelia cecilia celia cesar chacon chadwick chamberlain champion chance chappell chatman chelsea \
            childers childress childs chin cho choi christiansen chung cisneros clement coates coffman coker \
            colbert colby coley colin colvin conklin conn connell connelly connolly connor connors cooke coon cope \
            corbett corbin cordero cordova corley cormier cornelius cornell cornett corona correa cortes costa \
            costello couch coulter covington cowan coy crabtree crain cramer crandall crenshaw crews cristina \
            crocker crockett crouch crow crowder crowe crowell crowley crum crump cuevas cullen culver cummins \
            curran currie dahl dailey daley dallas daly damon darby darden darling darnell daryl dave davies davila \
            davison dawkins deal dee dejesus delacruz delarosa delbert delia della dempsey dennison denny denton \
            desiree devin devine dewey dewitt dexter diamond dianna dick dickens dickey dickinson diggs dill dobson \
            dodd dodge doherty dolan domingo dominic donahue donnelly donnie dooley doreen doss doty doug dougherty \
            dow dowdy downey downing downs draper driscoll drummond duarte dubois dugan dukes dumas dunbar dunham \
            dupree dutton duvall dwayne dwyer dye earnest easley eason eastman echols eddy edmond edmonds edmund \
            eduardo egan elder eldridge elena elias elkins elliot elmore eloise elvira emanuel emery engel engle \
            enrique enriquez epps erma ernestine ernesto escobar esparza espinosa esposito estelle eubanks eula \
            eunice evan fair faith fannie farr farris fay faye feldman feliciano felipe felton ferreira ferris \
            field fink finn fish fitch flanagan fontenot forbes foreman fountain fournier frankie franks fraser \
            freda freddie fredrick frey friedman friend fritz funk gage gagne gagnon gale galindo gallo galvan \
            garry gaston gavin gayle gee geiger geneva genevieve geoffrey gerard gerardo german gibbons gifford gil \
            gilliam gillis ginger gipson givens gleason goddard godfrey godwin goins goldberg goldman goldstein \
            gomes goode goodrich gore gorman goss granger grayson greenberg greenwood gretchen griggs grimm grove \
            grover groves grubbs guidry guillermo gunn gunter gustafson guthrie gwen haas hackett hadley hagan \
            hagen hager haines hairston ham hamlin hamm hammer hand haney hankins hanley harden hare hargrove \
            harlan harley harriet hartley haskins hastings hatch hatcher hathaway hattie hawk haywood head healy \
            heard hearn hedrick heller helms helton hendrickson hendrix henley henrietta herndon herrington herron \
            hewitt hickey hightower hilliard hilton hinkle hinson hobson hogue holbrook holley holliday \
            hollingsworth homer honeycutt hong hooker hooks horace horner hoskins houser hoyt huber hubert \
            huddleston huerta huggins hurd hurt hutchins hutchison hutton huynh hyde ian ibarra inez inman ira iris \
            irving israel ivan ivey ivy jacobsen jacquelyn jacques jamison jana janie janis jaramillo jarrett \
            jasmine jasper jeannette jeffers jeffries jeremiah jernigan jewel joanna jodi joey johnathan joiner \
            jolly jonathon jorgensen juana judd julius kaiser kaplan kara kari karla kate katz kauffman kayla \
            kearney keen keenan keene kelli kellie kelsey kelvin ken kendra kenney kern kerns kessler keys khan \
            kilgore kimball kimble kincaid kirkpatrick kiser knowles koenig kraft krause krista kristi kristine \
            kristy krueger kruse krystal kuhn kurtz lacey lackey lacy ladd ladner laird lake lam lamar lana land \
            landers lange langford langley langston lanier larkin lassiter latham latoya laverne law lay lea leal \
            leary ledbetter ledford lehman leigh leland leticia levi libby light lilly lin lincoln link locke \
            lockett lockhart lockwood lola london longoria looney lora lord loren lorenzo lovell lovett lowell \
            lowry loyd lozano lucero lucia lugo lujan lula lund lundy lusk lutz luz lyles lynda lynette lynne lyon \
            mable mackey madeline madison madrid magee maggie maher mahoney major malcolm mallory maloney mamie \
            mandy manley mansfield marcella marco marcum marguerite marianne marin marino marrero marty maryann \
            masters mata matos matt maurer mayberry mayes mayfield mcallister mccabe mccain mccann mccauley \
            mcclellan mcclendon mccollum mccord mccracken mcdermott mcdonough mcelroy mcghee mcgill mcginnis \
            mcgrath mcgraw mckenna mckinley mcmahon mcmanus mcmullen mcnair mcnally mcnamara mcneal mcneill mcqueen \
            mcrae mcwilliams mead meade means medeiros medrano meeks meghan meier melody mercedes merle messer \
            metcalf metz meza michaud michel millard milligan mims miner minor mobley mock mohr molly mona monique \
            montano montes mora moreland moseley moser moyer muller muniz munson murdock muriel murillo myles myra \
            myrick myron nadeau nadine nance napier natasha nava neely neff negron newell newsome nichole nick \
            nickerson nicolas nieves nix noah noe north norwood novak numbers oakes oakley oconnell ogden ohara \
            oleary olive olivia ollie omar oneil opal orlando orozco otero otis ott otto ouellette overton pablo \
            pack padgett pagan painter palacios pam parham paris parr parra parson patti patty paulette paulson \
            payton peacock pearce pelletier pendleton penn peoples percy perdue pereira person pete pettit pham \
            phipps pierre pierson pike pina pineda piper platt plummer poe polk pollock ponce posey post prater \
            prather presley pritchard pritchett proctor pryor puckett purcell purvis putnam queen quick quinones \
            quintana quintero rachael ragland raines rainey ramey randle rangel rankin ransom raquel rasmussen \
            redmond reece reeder regan rex reyna rhoades richey richter rickey ricks ritchie ritter roark robbie \
            robison robyn rocha rochelle rock roderick rodrigues roe romano romo roosevelt root roper rosado \
            rosalie rosas rosemarie rosen rosenberg rosie rossi rouse rowell roxanne rubin rubio rucker rudd rudy \
            ruffin rushing russ rutherford sabrina sadie sadler saenz salgado salter salvador salvatore samuels \
            sanderson sands sapp sargent schaefer schafer schmitt schmitz schulz scruggs seals seay segura self \
            sergio seth sewell seymour shafer shapiro shaun shaver shea sheehan sheets sheffield shelby sheldon \
            shelia sheri sheridan sherrill sherwood sheryl shipley shipman shoemaker shook shultz siegel sierra \
            silver silvia simms simons sinclair singer singh sizemore skaggs slaughter smallwood smart smiley sneed \
            snell sonya sophia sorensen sosa souza spangler spaulding spicer spivey sprague springer stahl staley \
            stallings stanford staples stapleton starks starnes starr staton steiner stern steward stiles stinson \
            story stovall stover stratton street stringer stroud stubbs suggs sumner susie sutherland swain swan \
            swartz swenson swift tabor talbot tapia tatum teague temple teri terrance terrence thacker thayer \
            thomason thomson thorne thorpe thurman tidwell timmons tipton titus tobin tolbert tomas tomlinson \
            tommie tompkins toney tovar traci trevor triplett tripp trotter tuttle valentin valle van vang varner \
            vela velazquez ventura verna vick vickers vicky vigil villa villalobos villanueva villegas vinson \
            virgil vogel voss waddell walden waldron wang washburn webber weir weldon welsh wendell werner \
            westbrook weston whalen whaley whitley whitman whitt whittaker whitten wilbert wilbur wilburn wilkes \
            will wills winkler winn winter wiseman witherspoon wolff womack woodruff woodson woody wooten worley \
            wray xiong yarbrough yazzie ybarra yeager yoder youngblood yvette zavala ziegler zuniga
            """
        ),
        (
            5,
            """
            abby abigail abney abreu acker acuna adame adamson adcock addie adele adeline adler adolfo adolph \
            adriana agee aguilera agustin ahmad ahmed aida aiken aileen aimee ainsworth alaniz alba albers \
            albertson albrecht alden alderman aleman alexandria alicea alisa alisha allard alley allie almeida \
            alonso alta altman alva amador amato amaya ammons anders angelia angeline anglin antoine anton apodaca \
            aponte applegate aquino aragon aranda arce archibald archuleta arevalo ariel armand armstead arndt \
            arnett arsenault arteaga artis ashcraft asher ashford ashton ashworth atwell august aurora autumn \
            avalos aviles avis ayres babin bachman badger baer baggett bagley bagwell bair bales banda bandy \
            bannister baptiste barbee barbosa barbour barclay barfield barger barkley barksdale barnette barnhill \
            baron barraza barrios barrows bart barth bartholomew basham batchelor batista batts baugh baughman baum \
            bauman beall beam bearden beatriz beattie beaty beauchamp beaudoin beaulieu beavers becerra beckett \
            beckham beckman beckwith beebe beers begley behrens belle bello belt benavidez benito benner berman \
            bernardo bernier bernstein berrios bert bertram bertrand berube betancourt bethea bethel bette bettie \
            beyer bianca biddle bigelow billingsley bills billups binder birch bivens blaine blakely blalock blank \
            blocker blodgett blum blunt blythe bobbi bobo bock bohannon bolduc boles bolin boling bollinger bone \
            bonita borden borders boren borges bostic boston boudreau boudreaux bourgeois bourne bourque bowens \
            bowie bowser box boyles brackett braden brain brand branham brannon branson brant braswell braxton \
            breaux breeden breen brendan brenner bret brice bridgette brink brinkley brinson briscoe brito brittney \
            broderick bronson broome brothers broughton brower brownlee broyles brubaker brumfield brunner bruns \
            bryce buddy bueno buffington bull bundy bunn burchett burchfield burden burdette burdick burge burk \
            burkhart burleson burney burnham burnside burrows busch bustamante butterfield byrnes caballero cable \
            cabral cade cady cagle caitlin caleb calkins call callaway callie camille canada canales candelaria \
            candy canfield canty cara caraballo carbone card cardona cardwell carlin carman carmela carmona \
            carnahan carnes carolina carranza carrasco carrier carrington carrol caruso casillas cason casper \
            cassie casteel castellanos caswell catalina cathey cathleen cato causey cavanaugh cavazos cave cecile \
            cedric celeste cerda chaffin chamberlin champagne chandra chapa chapin charity charley charlton \
            chastain chau chavarria chavis cheatham cheek cheney cheng cheri cherie chestnut chisholm chisolm \
            choate chong chow christa christenson christi christianson chu chuck chun churchill cintron clair \
            clancy clare clarice clarkson clary claudette claudio cleary clemens cleo clevenger cliff clint close \
            cloud clough cloutier coats cobbs coble coburn cockrell coe coffin colburn coles collazo colson comer \
            comstock concepcion condon cone conroy consuelo conti cooks cooney corcoran cordell corinne cornelia \
            cornish cornwell coronado cosby cota cotter cottrell coughlin council counts cousins couture cowart \
            coyle craven crawley creech crespo crider crisp crist croft cromer cromwell cronin crook crooks croteau \
            crouse crutcher crutchfield cuellar culbertson culp culpepper curley currier curt custer cutler cyr \
            daigle daily damian damico damien dane danielson danner daphne darcy darin darla darrel darrin darwin \
            deana deaton debora dees dehart delagarza delatorre dell dellinger deloach delong deloris delossantos \
            deluca delvalle demarco demetrius dena denham denis denney denson dent desmond devlin devon devore \
            devries dewayne dial dias diego diehl dietrich dietz dina dion dionne dix dixie dobbins dobbs dockery \
            doe dolly dominick dominique dona donnell donohue doran dorman dorn dorothea dorris dorthy doughty \
            douglass dove dowd dowell dowling dozier driver drury dube dubose duckworth duff duggan dugger dunaway \
            dunning dupont dupre dupuis durant durbin duval dykes dylan dyson earle earley early east easter \
            easterling eaves ebert ebony eckert edge edmondson effie efrain eggleston elam elbert eldon eli elijah \
            elisa elisabeth elise elizondo eller ellington ellsworth elma elrod elsa elton elva elwood ely emil \
            emilio emmanuel emmett emmons emory ennis epperson epstein erick ernst escalante escamilla escobedo \
            esperanza espinal esquivel essie esteban estela estella estep ester estrella ethan etheridge etta \
            eugenia everette everhart ezell fabian fagan fain fairbanks fairchild fairley faison falcon falk fallon \
            fanning farnsworth farrar farrington farrow faulk faust federico felder fennell fenton fern fernandes \
            ferrara ferraro ferrer fincher fine finney fisk flaherty flanders flannery flint flood fogle folsom \
            fong fonseca fontaine foote forest forman forrester forsyth forsythe fort forte fortier fortin fortner \
            fortune foss foust foy fraley france francine francisca francois frantz franz freddy free freitas \
            frieda fuchs fugate fultz furman furr gable gabriela gabrielle gaddis gaddy gaffney gaither gallant \
            gallardo galvez gamboa gamez gandy gann gannon gant gantt gardiner garnett garth garvey garvin gaskins \
            gatlin gauthier gaylord geary gentile gerber gerry gilberto gilchrist gillette gilley gilliland gilman \
            giordano girard glenna goad goetz goforth gold goldie goldsmith gooch gooden goodson gossett gough \
            gracia gracie graciela graf graff grantham greco greenfield gregorio grenier gresham grey grier \
            griffiths grigsby grissom grogan grooms grossman grubb gruber guajardo guest guevara guillen guillory \
            guinn gulley gunderson gurley gustavo guyton haag hacker hackney haggard haggerty hailey hamblin hamby \
            hamel hammonds hammons hamrick han handley handy hanes hanks hannon hans harbin harder hardesty \
            hardison hardman hardwick harkins harlow harman harms harness harp haskell hatton hauser havens hawes \
            hawks hawley hawthorne hay hayward headley headrick healey heaton heck hein helena helene helm hemphill \
            hendrick henning her herrick herrmann herzog hiatt hidalgo higdon higginbotham high hildebrand hillman \
            hills himes hinds hinojosa hirsch hitchcock hite hitt hoang hoff hoffmann hogg hollins holloman holm \
            holton hook hopson horvath houck hough houghton houle howland hoy hoyle hsu huang hudgins huey hugo \
            hulsey humberto hummel humphreys humphries hundley huntley hurtado huston hutcherson hutchings hutson \
            hyatt hyman ignacio imogene ina ingrid irby ireland irish irizarry isaacs isabelle isbell ismael isom \
            ison iva iverson ivory jaclyn jacoby jaeger jake jamal jameson jami janelle janes janette janine jansen \
            jarrell jayne jeanine jeannie jeannine jenifer jenna jerald jermaine jess jeter jett jillian joaquin \
            jobe jocelyn jodie johanna jolene jonas joni jordon josefina josh josie jude judge jung junior justine \
            kahn kaminski kang karin karr kasey katharine kaye kearns keating keaton keeler keeling keener keeton \
            keisha kellogg kenyon keri kerri keyes killian kilpatrick kimberley kimbrough kinder kinsey kirsten \
            kitchen kitchens knott knowlton knudsen knutson koehler kohler kolb koontz kopp kowalski kraus krebs \
            kris kristie kristopher kruger kuykendall lachance lacroix ladonna lafleur lai lamm lamont landis \
            landon landrum laney lanham lankford lantz lapointe large larue latasha latonya lau laughlin laurel \
            laurence lavigne lavoie lawler laws lawton layman layne layton leanne lear leavitt leclair ledesma \
            ledoux leger leggett lehmann lela lemay lemieux lemon lemons lemus lenora lentz lenz leola leonardo \
            leone lesley levesque levin lewandowski leyva lightfoot lila liles lilley lily lim lima lind lindberg \
            linder lindley lindquist linn linton lionel lipscomb lira littlefield littlejohn littleton liu lively \
            lizzie locklear loftis lofton logsdon lomax lombardi lombardo loomis lopes lorena lorene lorenz lorie \
            lorna lottie lou louie lourdes lovelace low luce luciano lucile lucinda lucio luckett ludwig luella \
            luisa lumpkin lunsford lupe lyman lytle mabry mace machado mackenzie macon madrigal madsen maestas \
            magana magdalena maguire mahan mahon mai maier main majors malloy mancuso mangum manuela maple maples \
            march marcos marcy mares margo margret maribel marina marisa marisol marissa maritza markham marla \
            marlin marlon marlow marquis marr marroquin marta martel martell martina martino marx massie masterson \
            matheny matlock matson mattingly mattison mattox mattson maude mauldin mauro mavis maxey maya mayra \
            mcadams mcafee mcalister mcarthur mccarter mccartney mcclanahan mcclelland mcclintock mccloud mcclung \
            mccombs mccorkle mccormack mccrary mcculloch mccurdy mcdonnell mcduffie mcfarlane mcgovern mcgregor \
            mcgrew mchenry mchugh mcintire mckinnon mclain mclaurin mclemore mclendon mcmahan mcmillian mcmurray \
            mcnabb mcneely mcnulty mcnutt mcvey mcwhorter meador medley medlin meehan meek melba mello mena menard \
            mendenhall merchant mercier merrick merry messina metzger micah michaels michell mickey milam milburn \
            millie milner mindy minerva minter minton mireles mitchel mixon mize moe moeller moffett moffitt \
            mohammed mojica mollie monahan monk monson montague montalvo montanez monte monty moreau morey morley \
            morrell morrissey mosher motley mott moulton moya moye mull mulligan mullin muncy murrell murry muse \
            myrna nagel nagle nagy naquin naylor ned needham neeley negrete neill nell nesbitt ness nestor nettie \
            nettles neuman neumann neville new newberry newby newcomb newkirk newsom ngo nielson nieto nikki niles \
            nobles nola noland nolen noonan noriega nowak noyes nugent nunn nye ocampo ocasio ogle oglesby ojeda \
            okeefe ola oldham olin oliva olivares olivarez olivas olmstead olvera omalley ontiveros ora ornelas \
            orourke orville osorio ostrander oswald otoole outlaw overstreet packard paine palma palumbo pannell \
            pappas paquette paradis parent parish parnell parris parrott parry partin partridge patrica patrice \
            patten pauley paulsen paxton paz peachey peak pease pedersen pederson peebles peek pemberton pence \
            pendergrass pepper peralta perryman peterman petra pfeiffer phan phelan phil picard pickard pickens \
            pickering pimentel pinson pinto pitt plunkett poindexter poirier polanco pollack polly pond ponder pool \
            poore porterfield portillo poston poulin power prado prescott pressley prewitt pridgen priest prieto \
            pringle proffitt pruett puente pulido pullen pulliam purdy purnell putman pyle qualls quarles quezada \
            quigley quintanilla quinton quiroz rachelle rader radford rae ragan ragsdale rains ralston ramiro \
            randal randell raphael rapp rash ratcliff rawlings rawls rayford rea read reagan reardon reaves reba \
            rebekah rector redd reddick redding redman reedy rees reich reinhardt reis reiter rena rendon renfro \
            renner renteria reuben rey reynaldo reynoso rhea rhoads rhoda ricci richie rickard ricker ricketts rico \
            riddick rider ridgeway ridley riggins rigsby rinehart ring rizzo robb robinette robins roby rocco roche \
            rockwell rocky rodger rodolfo rogelio rolando romeo ronda rooney rosalind roscoe rosenthal rosetta \
            rounds roush rowan rowley royal royce ruff rufus runyon rupert russel rust ryder saavedra sage sager \
            salcedo saldana sales salisbury sallie salmon sammie sammy sample sams samson sanborn sander \
            satterfield saucedo saucier sauer saul saxton saylor scales scanlon scarborough schaeffer schaffer \
            schell schilling schmid schofield schrader schreiber schubert schuler schulte schumacher schuster \
            schwab schwarz scroggins seal seaman searcy seaton sebastian seifert seitz selby selma sepulveda serna \
            seward shackelford shade shah shana shank shanks shanna shari sharron shauna shawna shay shearer sheena \
            shell sherrie sherrod shin shinn shipp shockley shorter shuler shull sibley sigler sikes silas siler \
            silverman simone simpkins singletary sisk sisson skelton skidmore slack slade sledge slocum slone \
            smalley smalls smoot snead snodgrass snowden soares socorro solano soliz somers sommer sommers son \
            sondra song sonja sophie sorenson soriano sotelo sousa south sowell sowers spain spann spear speer \
            spooner spring spruill spurlock squires staci stacie stack stallworth stamper stamps stan stanfield \
            starkey starling staten stclair stearns steed steen stefanie steinberg stephan stepp still stine \
            stinnett stjohn stock stockton stoddard stoner storey stowe stpierre strain strand strange strauss \
            streeter strother stubblefield stuckey stump summer sun susana susanne swafford swann sweat swisher \
            switzer sybil sydney tabitha tackett taft talbert tam tami tamika tammie tan tang tasha tavares teddy \
            teel templeton terence thao tharp therese thibodeau thibodeaux thigpen thorn thrasher thurston tibbs \
            tierney tijerina tillery tilley timmy tinsley tirado tisdale tobias toby toledo toler tolliver tomlin \
            tonia torrez toth tracie trahan trammell trapp traylor treadwell trejo tricia trimble trina trinidad \
            trisha trout troutman trudy truitt truman truong tubbs tuck turk turley turpin tyree ulrich unger \
            upchurch upton urban urbina uribe ursula vail valadez valdes vallejo vandyke vanhorn vann varela varney \
            vaught velasco vest vicente vickery vidal vines virgie vogt wadsworth waggoner wagoner wahl waite \
            wakefield waldrop walling wallis warden warfield waterman watt watters waugh way weatherford weathers \
            weems weiner weinstein weller wellman wendt wentworth wenzel wertz westfall westmoreland wetzel wharton \
            whatley wheat wheatley whipple whitehurst whiteside whiting whitlock whitlow whitmore whitson \
            whittington whittle whitworth wicker wicks wilbanks wilber wilde wiles wilfred wilhelm wilks willa \
            willett willey willingham willoughby willson windham winfield wing winifred winnie winslow winstead \
            withers wofford wolford woodall woodcock woodrow woodworth worrell worthington worthy wren wylie wyman \
            xavier yancey yanez yee yong yost younger zapata zarate zeigler zepeda zielinski zimmer zook
            """
        ),
        (
            4,
            """
            abbey abbie abdul abdullah abe abell abercrombie abeyta ables abner abram abramson abrego ackley acree \
            acton adames adan addington adela adelaide adorno agnew agosto aguayo aguiar ahern ahn ahner ahrens \
            aiello aikens aisha akin alana alanis alarcon albanese alberts albritton alcala alcantar alcantara \
            alcaraz alcorn alderson aldo alejandra alfonzo alfreda alger aline alissa alleman allene alleyne \
            allgood allman allyson almanza almaraz almond almonte alphonse alphonso altamirano althea alvaro alves \
            alyce alyson amado amalia amaral amaro ambriz amerson amick amie amin amparo amundson anastasia \
            anderton andreas andresen andrus angeles angelique angelita angell angle anguiano angulo annabelle \
            annis annmarie ansley anson antionette antone antony aparicio appel apple appleby appleton applewhite \
            appling araceli arana araujo arbogast arceneaux ard arden ardis ardoin arena arenas argo arguello \
            argueta arline armbruster armendariz armenta armijo armour aron aronson arreola arriaga arriola arron \
            arrowood arruda art asbury ashburn ashe ashlee ashleigh ashmore aston atchison atchley atencio atherton \
            attaway aucoin audette audra auger augusta augustus ault aurelia aurelio auten autrey autry ava avant \
            avelar averill aycock ayotte azevedo babbitt baber babineaux bach back backman backus bader badillo \
            baeza bagby bahena bahr baier baily baines balch balderas baldridge ballenger ballesteros ballew \
            ballinger ballou baltazar bancroft bane banister banker bankston banner bannon banta banuelos baran \
            barb barba barboza barbra bard barden bare barela barham barhorst barner barns barnum barnwell barone \
            barragan barreto barrientos barrier barringer barrington barros bartel bartels bartz bash basil basile \
            baskerville baskin basso bastian batchelder batey batiste batson battaglia batten battles baugher \
            baumann baumgardner baumgartner baxley bay bayer bayless baylor bayne bays beale beals beaman beamon \
            beane bear beardsley beason beaton beau beaudry beauregard bechtel bechtold beckley becnel bedard \
            bedell bedford bedwell beecher beeler beeman beer beery beeson beggs behr belisle belk bella bellinger \
            bellows belton bemis benally benefield benfield benford benge benham benita benn bennet bentz benz \
            berard bergen bergin bergmann bergstrom berkley berkowitz berlin bernadine berndt bernhardt bernie \
            berryhill berryman berta bertie beryl bessette bettencourt bettis bettye betz beveridge beverley bevins \
            bey bianchi bianco bias bibbs bible bice bickel bickford bidwell bieber bierman bigham bigler \
            billington billiot bilodeau bing binion binkley binns birchfield birdsong birmingham bischoff bish \
            bissell bisson bissonnette bittner bivins bixby bixler blackford blackshear blackstock blackwood blain \
            blais blaisdell blakeney blanch blanchette blanding blanks blaylock blessing blizzard blood bloomer \
            bloomfield blow blume bly board boardman boatman boatright boatwright bobbitt boddie bode boehm \
            boettcher bogan bogart boger boggess bogle bohn boisvert bojorquez boland bolanos bolding bolen bolick \
            bolinger bolling bolt bonham bonin bonnell bonnett bonney bono booher book boothe boozer bordelon borg \
            boris born borowski borrego bosch bosley boss bost bostick bostwick bosworth botello bott bottoms botts \
            bouldin bounds bourassa bourg bousquet boutin bouton boutte boutwell bove bowe bowes bowler bowlin \
            bowyer boyett boyette boykins boylan boynton bozeman brace bracey bracken bracy bradberry bradbury \
            braddock braithwaite brake bramlett branden brandenburg brandie brann brannan branton brashear brasher \
            bratcher bratton braud brawley brawner brazil breault breckenridge breeding breedlove brehm breland \
            bremer brenton breton breunig brewington brewton briana brianna bricker bridge bridgeman bridgett brien \
            brigham brigitte briley brill brim brinkman briones briseno brister bristol bristow britney brittain \
            broadnax broadwater broadway brockington brockman brockway brodeur brodie brody brogan brogdon bromley \
            brook brooker brookins brookshire broom brophy brotherton browder brownell brumbaugh brumley brummett \
            brundage brunelle brunet brush bruton bryon bucher buchholz buckingham buckles buckman budd buehler \
            buell bugg buggs bui buie bullington bulter bumgarner bump bunker bunnell bunting bunton burbank \
            burcham burdett burdine burford burg burgett burgin burkhalter burkhardt burkholder burley burmeister \
            burnell burress burrow burrus burson burwell bushey bushman bushnell buss busse bussell bussey buster \
            bustos butt butters button buxton buzzell byars bybee byerly byler byrum caban cadena caesar cage \
            cahoon cairns calabrese calder caldera callaghan callen callender callis calvillo calvo camara \
            camarillo cambell camilla camper canady cannady canter cantor cantwell cao capers capone caputo caraway \
            carbajal carbaugh carden carder cardoza caren cargill carillo carissa carlene carleton carlile carlo \
            carly carlyle carmack carmel carmella carmelo carmine carmody caro carothers carper carrasquillo \
            carraway carrell carreon carrera carrero carrico carrigan carrion carruth carruthers carswell cartagena \
            carty caruthers carvajal carvalho caryn casandra casanova casares casarez casas cashman casiano caskey \
            cass cassady cassell castellano castleberry casto castor catalano cate cathcart cathryn catlett caton \
            catron caudle cauthen cavender cawley cazares ceballos cedeno cedillo ceja celestine celina centeno \
            cepeda cervantez cha chaffee chafin chaisson chalmers chamblee chambless chambliss champlin chancellor \
            chancey chao chaplin charette charmaine charron chartier chasity chasse chasteen chaves chee cheeks \
            chelsey chenault chenoweth chesser cheung chevalier chew chi chick child chiles chilton ching chinn \
            chipman chism chitwood chiu choe chou chrisman christ christal christen christin christman christmas \
            christopherso chrystal cisco claar clanton clapp clapper clarissa claudine clausen clawson claxton \
            claypool cleaver clegg cleghorn clem clemente clemmer clemmons click clift clouse clyburn coakley cobos \
            cochrane cockerham cofer coffee cofield coggins cohn coleen colella colette collado collard collett \
            collette colley collin colman colston colter colton colucci columbus colunga colwell comeau comeaux \
            conant conaway concetta conde coney conger conlon conners conover constant constantine conte converse \
            conwell conyers cooksey cool coombs coomer coons copley copper coppola corbitt cordeiro corder cordes \
            core corina corine cork corliss corn cornejo corral corrales correia correll corrigan corrine corriveau \
            corso corson cortney corwin cosgrove cosme cosper coston cothran cotten cottingham cottle cotto \
            coulombe coulson courson cousin covarrubias cover covert covey coward cowell cowen cowles cowley coyne \
            cozart crabb craddock crafton crandell cranford cravens craver crayton creamer creed creekmore creel \
            creighton cress cribbs crim criss cristobal cristy criswell crites crittenden cronk croom cropper \
            crossland crossley crossman croy crozier cruise crumley crumpton cruse culler cumming cundiff cuomo \
            cupp cureton curiel curl currin curtin curtiss cushing cushman cusick cutter cyrus dabbs dabney dacosta \
            daggett dagostino dalrymple damato dame dameron damron dancy dandrea dandridge danforth dang dangelo \
            danial danley danna dansby dante dantzler dardar daren darius darr darrow dasilva daughtry davey dawes \
            daye dayna dayton deanda deane deangelis deangelo deann deanne deans dear dearborn dearing deas deason \
            deberry deboer debose decarlo decastro deck deckard decosta decoteau deen deena deering deese deguzman \
            dehaven deidra deidre deirdre delafuente delano delapaz delgadillo delisle delk delmar delois delp \
            delrio deluna demello dement demers deming demoss dendy denice denison denman dennard denning densmore \
            denver deon depew depriest derby derick derosa derr derry desai desantis desilva desimone desjardins \
            desmarais desrochers desrosiers dessie destefano deutsch dever deville devito devoe dew deweese dews \
            deyoung diann dibble dicarlo dickenson dickman dicks dilley dillingham dillion dillman dilworth \
            dimaggio dingess dingle dingman dinh dinkins dino dinsmore dipietro dirk dishman distefano doak doan \
            doane doctor dodds doering doerr doggett doll dollar dollie dombrowski dominga dominquez donato dong \
            donley donn donny donofrio doolittle dore doretha dorian dorr dorsett dortch doucet doucette dover \
            dowdell downer downes doyon drain drayton dreher drennan dressler dreyer driggers driskell drum dryden \
            ducharme duck duckett duda duenas duffey dufresne dugas duhon dulaney dumont dunagan dunford dunne \
            dunston dunton duong duprey duquette durand durden durfee durkee durkin durr durrett durst dusty \
            dutcher dutra duty dvorak dyke dykstra eades eads eady eagan eagle earlene earline earls earnestine \
            easton eastwood eberhardt eberle eby echevarria echeverria eck eckman eddings eddins edelman edelstein \
            eden edens edgerton edie edington edison edmiston edmonson edmunds edson edwardo edwina edythe egbert \
            eggers eggert ehlers ehrlich eicher eidson eiland eisenberg elba elda eldred eldredge eley elia eliason \
            elinor eliseo elisha eliza elledge ellie ellingson elmo elnora eloy elston elvia elvin elvis elwell \
            embry emerick emile emilia emilie emmert endicott eng engelhardt engler englert engstrom enid enoch \
            enos enright erb erdman erdmann erich ericka ericson erna ernie errol erskine eskew eskridge esmeralda \
            espino esquibel estevez ethridge etter eubank eudy eugenio eusebio evangelina evangeline evangelista \
            eve evenson evers eversole everson ewald ewell exum faber fahey faircloth fajardo falcone falgoust \
            falls fancher fannin fanny fant farber faria farias farina faris farkas farnham farwell fast faustino \
            favela favors fawcett fazio fears feaster fee feeney felecia felice felker fell feller fellows felts \
            fender fenn fenner fenwick ferdinand ferebee ferland fermin ferrante ferrari ferro ferry fetter fick \
            fidel fidler fiedler fielder fielding fierro fife fifield fike fillmore findlay findley finnegan fiore \
            fishman fite fitts fitz fitzsimmons fitzwater fix flack flagg flanigan flatt fleck fleenor fleetwood \
            flemming fleury flick flinn flor florez florine flory flossie flournoy flower fogarty fogel fogg folk \
            folse foltz fontana forde fordham fore forester foret forney forsberg forster fortenberry fortney fouts \
            fowlkes fraga frame fran francesca franke frankel franzen frasier frawley frazee frazer frechette \
            frederic fredericks fredette fredrickson freed freedman freeland freese freida freitag freund frias \
            frick friday fried friedrich friel frierson fries friesen frink frisbie frisby frith fritts frizzell \
            fryer fudge fuhrman fulcher fulford fulk fulkerson fulks fullerton fullmer fulmer funderburk fung fuqua \
            furlong furtado fusco fussell futrell gabbard gabel gadson gailey gainer gainey gaitan galarza \
            galbraith galbreath galen gall gallaher gallup galvin gamache gambrell gammon gaona garay garber \
            garfield garibay garica garman garmon garret garretson garrick garrido garris garrity gartner garver \
            gaskill gaskin gaspar gass gatewood gatling gatto gaudet gaul gault gause gayla gaylor gaynor gaytan \
            gearhart geer geisler geist geller gena genaro gendron genovese georgette georgina gerdes gerhardt geri \
            gerlach germain germaine germany gervais geter getz geyer giddens giddings giese gilbertson gilbreath \
            gilda gilkey gillam gillard gillen gillian gilliard gilligan gillispie gillman gillum gilmer gilpin \
            gilreath gilson ginn ginsberg giovanni giron giroux gish gist gladden gladney glaser glasgow glaze \
            glick glidden glisson glynn gober goble godinez godoy godsey goebel goings golding goldsberry gonsalves \
            gonzalo goodale goodall goodell goodin gooding goodnight goolsby gorham gorski gosnell gosselin gott \
            gottlieb goulet gourley govan gowen gower graber grabowski gragg graig grammer granado granados grande \
            granville grass grasso gravely graybill graziano greathouse greaves greeley greenleaf greenlee \
            greenwald greenwell gregoire gregor greiner greta gribble grice grider griego griffen griffis grigg \
            grijalva grillo grim grimmett grimsley grisham griswold grizzle groce groff groom grose groth grow \
            grube grundy guardado guarino guay guenther guerin guertin guess guffey guido gullett gunther gupta \
            gurney gurule gus gusman gussie gustin guyer gwin gwinn haase haber hack hackler hackworth haddad \
            hadden haddix haddock hafer hagans hagerman hagler hague haight haile hair haire hake hal halbert \
            halcomb hales haller hallett halley halliday hallie hallman hallmark hallock halloran halpern halpin \
            halsey halstead halter halverson halvorson hamann hambrick hamer hamill hamlett hammack hammett hammock \
            hammon hance hang hank hanlon hann hannan hanrahan hansel harbison harbour hardaway hardee hardeman \
            hardiman hargett hargis hargrave harker harkness harland harless harney haro harr harrelson harriett \
            harrigan harriman harrod harter hartfield hartford hartle hartmann hartnett hartsell hartsfield hartung \
            hartwell hartwig hartzell harvell harwell harwood hash hass hassan hassell hasson hasty hatchett hatley \
            hatten hauck haug haugen haun haupt haven hawkes haworth haws haygood haynie hazard hazelton hazelwood \
            hazen hazlett hazzard heald hearne hecht hecker heckman hedge hedgepeth hedges heffernan heffner heflin \
            hefner heil heilman heim heine heinrich heintz heinz heiser heisler held helga helmer helmick hembree \
            hemingway hendershot hendley hendon hendren hendry henke henkel hennessey hennessy henninger henriquez \
            henshaw herb herbst herd heredia hereford heriberto hermann herminia hernadez hernandes herold herr \
            herren herrin herschel hersey hershberger hesse hetrick hewett hewlett heyward hibbard hibbs hickerson \
            hickson higa higgs highsmith hight hilario hilary hilbert hildebrandt hildreth hiles hillard hillary \
            hiller hillis hindman hinkley hinman hinshaw hintz hipp hiram hix hixon hixson hoag hoagland hoard hoch \
            hochstetler hockenberry hodgkins hodgson hodson hoelscher hoey hofer hoffer hofmann hoggard hoke \
            holbert holcombe holguin holiday holifield hollander hollar hollenbeck holler hollie hollifield \
            holliman hollinger hollister hollowell holmquist holst holston holtz holzer hom homan honaker hooten \
            hoppe horan hornback horning hornsby horowitz horsley horst hosea hosey hostetler hostetter hotchkiss \
            houk hovis howerton howes howlett howze hubbell hubbs huckaby hudak hudgens hudspeth huebner hufford \
            hughey hui hulbert hulett hulse humble hume humes huneycutt hung hunley hunsaker huntington hupp huskey \
            huss hussey hutchens hutcheson hutto hwang hyden hyder hyland hylton hynes ibanez ibrahim iglesias ila \
            ilene imelda imes imhoff ines infante ingalls inge ingersoll ingle ingraham irons irvine isaacson \
            isabell isabella isaiah isenberg isham isidro issac ives ivie izzo jablonski jacinto jacklyn jackman \
            jacks jade jae jaffe jaimes jamar jame jamel jamerson jamieson janell jankowski janna jannie janssen \
            jaquez jara jarman jarmon jarred jarrod jasmin jasso jayme jaynes jayson jeanie jeffcoat jefferies \
            jeffry jemison jenks jennette jenson jeri jerri jessen jessup jester jewett jiles jimerson jiminez \
            joesph johansen johanson johnathon johnie johnsen johnstone jolley jone jorgenson josef josefa \
            josephson josiah joslin jost josue judi judkins judson jules juliana julianne juliet juliette just \
            justina justus kahl kahler kaitlin kaitlyn kapp kareem karina karnes karns karp karyn kasper kasten \
            kastner katelyn katheryn kathi kathie kathrine katina kato katy kaufmann kavanagh kavanaugh kaylor kean \
            keane keck kee keefe keefer keegan keel keeley keely keeney kehoe keil keim keiser keister kell kellam \
            kellar kelleher kellerman kellner kellum kelso kemper kempf kenna kennard kenner kennon kenya kerby \
            kerley kermit kerrigan kersey kershaw kester ketcham ketchum keyser khoury kibler kidder kidwell kiefer \
            kieffer kiger kight kilburn kile killingsworth killion killough kilmer kimber kimberlee kimbrell kimes \
            kimmel kimura kinard kindred kingery kingsbury kingsley kingston kinlaw kinser kipp kirchner kirkham \
            kirkman kirksey kirkwood kirsch kirschner kish kistler kite kittrell kitty kizer klatt klaus kling \
            klingensmith klinger klink klotz klug knoll knopp knotts knudson kobayashi kocher koehn koerner koester \
            kohl kohn koller kong koon koonce koons korn kornegay koski koss koster kovach kovacs kowal kozak \
            kozlowski kraemer krantz kranz kratz krauss kremer kress krieger kroeger kroll krug kuehn kuhl kuhlman \
            kuhns kumar kunkel kunkle kuntz kunz kurtis kutz kwan kwon kyles kyser labbe labelle labonte laboy \
            labrecque labrie lacasse lacombe lafferty laflamme lafountain lafrance lahr lail laine laing lair \
            lajoie lakeisha lakesha lakey lakisha laliberte lally lalonde lamontagne lamoureux lamp lampe lampkin \
            landa lander landeros landes landreth langdon langer langham langlois lanning lanza lapierre laplante \
            laporte lapp largent lark larkins laroche larochelle larosa larose larrabee lasalle lash lasher lashley \
            lashonda lasley laster latanya lathrop latimer latisha latta lattimore lauer laurent lauretta lauri \
            lavallee lavalley lavelle lavender lavergne lavern lavin lavonne lawanda lawerence lawhorn lawless \
            lawlor lawyer lazaro lazarus lazo leahy leak leake leann leanna leath leatherman leathers leatherwood \
            leboeuf lebron lebrun leclerc lecompte ledet ledezma leeann leech leeper lees lefebvre lefevre leflore \
            leftwich legg legrand lehr leibowitz leighton leija leila lejeune lelia lemaster lemire lemke lemley \
            lemmon lemmons lemoine lemos lenard lennon lennox lenoir lenore lent leonel leong leonor leopoldo leota \
            lepage lerma lerner lesa lessard lessie leta letha letitia letourneau lett leung levasseur leverett \
            levinson levitt lew lewin ley lheureux liang liddell lidia lieberman lien liggett liggins lightner \
            ligon lilia lilian liliana lillard limon lina linares lindeman linden lindgren lindner lindstrom \
            lineberry ling linker linkous lino linsey linville linwood lippert lister litchfield litton littrell \
            livengood liz liza lizotte llamas llewellyn lock lockard loeffler loera loftin loftus loggins logue \
            lohman lohr lolita lomas lombard lomeli lona longo loos loper loraine lorrie loucks loudermilk louella \
            louisa lovato lovejoy lovelady loveland loveless lovely loving lowder lower lowman lowrey loy loya \
            lozada luann lucien lucier lucius luck luckey lucky luevano luker lum lundberg lundgren lundquist lunn \
            luong lupo lura lussier luster luttrell luu lux lyda lykins lyn lynnette maas mabe macarthur macdougall \
            macgregor mach maciel mackay mackie macklin maclean macleod macmillan macomber macpherson maddux \
            madeleine madelyn mader madera madge madigan madonna madore maes maggard maggio magill magnuson \
            magruder mahaffey mahler mahone maki malave malcom malik malinda malinowski mallard mallett malley \
            maloy man manchester mancini mandel mandi maness mangrum manion mannino manns manor manson mansour \
            manzano manzo mapes mapp mara marable marble marcano marcel marcelino marcellus marchand marchant \
            marchese marci marcie marcotte marek margery margot mari mariana mariano maricela marietta marker \
            markle markley markus marler marley marlowe marquardt marquita marra marriott marrs mars marston \
            martens marti martindale martine martineau martines martini martins martinson martz marva marvel \
            maryanne maryellen marylou mascarenas mashburn mask massa mast mastin mateo mather matherly matherne \
            mathers mathes matheson mathewson mathias mathieu mathison matias matilda matney matta matteson mattos \
            matz maupin maura mauricio maxfield maxie mayers mayhew mayle mayorga maze mazur mazza mcabee mcadoo \
            mcalpin mcalpine mcanally mcardle mcatee mcauley mcavoy mcbee mcbroom mccafferty mccaffrey mccallister \
            mccallum mccandless mccants mccary mccaskill mccaslin mcchesney mcclary mcclean mccleary mcclinton \
            mccloskey mcclurg mccluskey mccomas mccool mccowan mccown mccraw mccrea mccreary mccrory mccue mcculley \
            mccune mccurry mccutchen mccutcheon mcdade mcdaniels mcdavid mcdevitt mcdougal mcdougall mceachern \
            mcelhaney mcevoy mcewen mcfall mcfarlin mcgarry mcgehee mcginley mcginn mcginty mcglothlin mcglynn \
            mcgough mcgriff mcguinness mchale mcinnis mciver mckean mckeever mckellar mckelvey mckenney mckeon \
            mckeown mckibben mckim mckoy mclane mclaren mclellan mcmaster mcmichael mcmillen mcmillin mcminn \
            mcmorris mcmullin mcnamee mcnew mcpeak mcphail mcphee mcreynolds mcswain mcvay meacham meagan meagher \
            mears mecham medellin medford medlock mee meeker meekins mefford mei meister melancon melanson melisa \
            mellisa mellon melo melva menchaca mendes menendez meneses menke meraz mercurio merino merkel merlin \
            merrell merrifield merriman merriweather merryman mertens mertz mervin mesa messenger messick messier \
            messner metcalfe metts metzler mia michaela michaelson michal michalski michels mick mickelson mickens \
            mickle middlebrooks midkiff miele mikel milagros milan milano miley milford millan millar millet \
            millicent milliken million millsap milne milo mina mincey mingo mink minnick mintz miracle miramontes \
            mitch mitchem mitchum mitzi mix mizell moats modlin moen moffatt mohamed mohammad mohler moises moll \
            moller molloy molnar monaco monaghan moncrief monday mondragon money monge monger monika moniz monroy \
            montana montemayor montenegro montero montez montiel moorehead moorer moorman moralez more morehead \
            morehouse moreira morel morelli moriarty moritz morrill morrissette mortensen mortenson mortimer mosby \
            mose mosely mosier mosqueda mota moten moton moua moultrie mount mouton mowery mowry moxley moy moyers \
            mudd muhammad muir mulcahy mulholland mulkey mullens mullinax mullis mumford mundy munger munguia munn \
            munro munroe murchison murdoch muro murphey musgrave musgrove music musick musselman musser myer nabors \
            nadia nail najera nakamura nall nalley nan nanette nannie napoleon napolitano napper naranjo narvaez \
            nason natale natalia nation nations natividad navarrete nave nazario neace neale nealy neary necaise \
            neel neese neighbors neilson nelda nelly nelms nelsen nemeth neri nero nesbit nesmith nester neubauer \
            neva nevarez nevels newhouse newland newport newson nez nichol nicholls nickel nickell nickels nickolas \
            nicola niemi nilsson nino nissen nita noelle noemi noll nolte nona norbert nord nordstrom noreen \
            norfleet normand northcutt northern norvell nottingham nova novotny nowell nowicki nowlin null nunes \
            nunley nunnally nutt nutter oaks oates oberg obrian obryan obryant ochs oconner octavia octavio oden \
            odessa odum ofelia ogburn ogletree ogrady ohare okelley olds olguin olinger oliphant oliveira olivera \
            olivier olivo olmos olney olszewski omara ong ophelia oquendo oquinn orange orcutt ordonez oreilly \
            orellana oren orosco orta ortego orth orton osburn osgood oshea osteen oster osullivan osuna osvaldo \
            oswalt otten oubre ousley overby overman owings owsley oxford oyler ozuna pabon packer paddock padron \
            paez pagano pak palacio palermo palm palmieri palmore palomino palomo pamala pang paniagua pankey pansy \
            pantoja papa pape paquin paradise pardo pardue pare paredes parenteau parisi parke parkhurst parkinson \
            parkman parmer parsley partain partida parton paschal paschall pascual pasquale pass passmore pastor \
            patch paterson patino pattie pattison paulina paulino paulk peabody peace peach peake pearlie pearman \
            pearsall peckham peden pedigo pedraza pedroza peel peele peeler peeples peery pegues pelayo pelkey \
            pellegrino pellerin peltier pelton pender penelope penland pennell penney penrod penton pepe pepin \
            peppers perales perea peres perlman perreault perri perrin perrine perron perrone persaud persinger \
            petit petrie petry petterson pettiford pettigrew pettis pettus pettway peyton pfaff pfeffer pfeifer \
            pfister pharr phifer philips phillis philpot phoebe piazza pichardo pickle pieper piercy pigg pilar \
            pilcher pilgrim pilkington pimental pinckney pinder pine pinkerton pinkham pinkney pinkston pino pipkin \
            pippin pires pirtle pitcher pitman pitre pizarro place plank plant plante plascencia player plaza \
            pleasant plourde plowman plumb plumley pogue pohl pointer poisson poland poling polley polson pomeroy \
            pooler popp porras portis poteat poteet poulos pounds powe poynter pray preciado preece prendergast \
            prentice prevost prichard priddy pride pridemore prior probst propst prosser proulx provencher provost \
            puga pugliese pulley pulver pumphrey purser puryear pyles quan quentin quesada quiles quillen quimby \
            quincy quinlan quinonez quirk raby race racine rackley radcliff radcliffe rademacher radtke rael \
            rafferty rager rahn rainwater raleigh raley ramage rambo ramer ramsay rand randazzo randi raney range \
            rankins ranson rao raper rascon ratcliffe rathbone rathbun rau rauch rausch raven rawlins rawson \
            rayburn raymer raymundo rayner raynor razo reader ready real reams reavis reber red redden reddy redmon \
            reel reeve refugio regalado reggie register rego reichert reimer reina reinhart reinke reiss reitz \
            rembert remillard remington renae renaud renfroe renfrow reno resendez reta reuter reva rhinehart \
            rhoden rhone rhyne richburg richman rickie rickman riddell ridenour rideout ridge ridgway riedel ries \
            rife riffle rigby rigney rigoberto rimmer rinaldi rincon ringer riojas riordan ripley risner ritchey \
            rittenhouse ritz rivard rivero rob robbin robby roberge robey robichaud robichaux robinett robledo \
            robson rochester rocio rod rodarte rodas roddy roden rodman rodrick rodrigo rodrigue roebuck rohde rohr \
            rohrer rojo roldan rolf rolfe roll rolland roller rolon rome romine rondeau roney rood roof rooker \
            rooks roop roque rory rosalia rosalinda rosalyn rosanna rosanne roseann roseberry rosella rosenbaum \
            rosenberger rosenblum rosendo rosenfeld roslyn rosser rossman rothman rothstein roundtree roundy \
            rountree rousseau roussel rowden rowena rowlett roxie roybal royer royster rozier rubino ruble ruch rue \
            ruelas ruggiero ruggles ruhl rule rumph rumsey runge runion runnels runyan rupp ruppert rusk rusty \
            ruthie rutland rutter ruvalcaba ryals saad sabin sabo sacco sachs sackett saddler sadowski saez safford \
            sain saiz salcido saldivar sale salem salerno sallee salley salmons salyer salyers samaniego sammons \
            samons samples samuelson sanabria sanches sand sandberg sandi sandifer sandler sandlin sandstrom sang \
            sankey sansone santa santacruz santamaria santillan santo santoro sarmiento sartin sarver sasha sasser \
            sato satterwhite sattler sauceda sauls saundra savannah savoie savoy sawyers saxon sayers sayles sayre \
            scalf scanlan scarberry scarbrough scarlett schaller schatz scheer scheffler schenck schenk scherer \
            schexnayder schick schiller schindler schlegel schlosser schlueter schnell schoen scholl scholz \
            schoonover schott schramm schreiner schrock schroder schulman schulze schuman schumann schutz \
            schweitzer scofield scoggins scot scottie scotty scribner scudder scully seabolt seale sealy searle \
            searles sedillo see seeger seeley seely segal seger segovia seibert seidel seiler selena selina sell \
            sellars sells sena seng senn serena serra serrato sessions sessoms settle settles setzer severson \
            sevilla seymore shanahan shaner shankle shanklin sharkey sharlene sharma shattuck shealy shears shedd \
            shephard sheree sherer sherlock sherron shifflett shilling shine shipe shirey shirk shively shiver \
            shivers shockey shoemake shoffner shoop shore shores shoup shouse showalter showers shrader shreve \
            shriver shropshire shrum shubert shults shumaker shuman shumate shumway shupe shuster shutt sides \
            siebert sievers sigmon sikora sills silvas silveira silvers silverstein silvey sim simmon simonds \
            simonson sink sipe sipes sipple sirois sisco sisneros sites skeen skiles skipper slagle slate slaton \
            slattery slavin slay slayton slusher smitherman smithers smithson smock smothers smyth snapp snipes \
            snook sofia soileau sokol sol solberg soledad soler solorio solorzano somerville sonnier sonny soper \
            soria sorrell sorrells soucy soule southard southerland southern southworth spalding sparkman sparrow \
            speaks spearman speck speed speight spell spellman sperling sperry spiegel spiker spikes spiller \
            spillman spinelli spinks spires spitzer spradlin spriggs sprinkle sprouse spurgeon stackhouse stadler \
            staggs stallard stamey stamm stancil standley stanfill stansberry stansbury stauffer steadman stebbins \
            steel steelman stefan steffen stegall steger steinke steinmetz sternberg sterner stevie stgermain \
            sthilaire stickney stidham stiffler stillman stillwell stiltner stilwell stites stith stitt stlouis \
            stocker stockman stocks stockwell stoker stoll stoltz stoltzfus stonge stoops storer storm storms stott \
            stotts stouffer stowell stowers strader straight strait straub strawn stribling strickler stricklin \
            stringfellow strobel stroh strom stroman stromberg stroup struble struck strunk studer stull stultz \
            stumpf sturdivant sturgeon sturgill sturgis sturm stutzman styles suber sublett sudduth suh suiter \
            sullins summerlin summerville sumpter sumrall sundberg sunderland sung surber surface surratt susanna \
            sussman sutphin sutter suttles suzette suzuki swaim swank swearingen sweatt swett swiger swindell \
            swindle swink swinney swinton swope szabo szymanski tabatha tabb taber tafoya taggart tait takahashi \
            talbott tallent tallman tamayo tameka tamera tamez tammi tamra tanaka tania tanisha tankersley tapley \
            tapp tarango tardiff tarr tarrant tarver tatro taveras teal tedder tedesco teeter teixeira tejada \
            tejeda tellez tello tennant tenney tennyson tenorio terra terrazas terrie terrill tesch tessa testa \
            tetreault tew thaddeus thai thames tharpe thatcher thaxton theis theisen theo theriault theriot theron \
            therrien thibault thibeault thiel thielen thies thom thoma thompkins thomsen thornburg thornhill thorp \
            thorson thorton thrash thrower thurber thurmond tia tibbetts tice tighe tiller tillie tillis tillotson \
            tilton timberlake timm timmerman timms tincher tindall tingle tinker tinney tisha tobey tolentino \
            toliver tolley tolman tolson toms toner tong toole tooley toombs toomey torgerson tori toro torrence \
            torrey tory toscano totten toussaint tower towle towne towner townes towns toy trainor trantham trask \
            travers treadway treat treece tremblay trenton tribble trice trigg trinh tristan trombley trotman trott \
            troupe trowbridge troyer truax trudeau true truesdale trull trussell tsai tse tsosie tucci tudor tuggle \
            tull tully tunnell tunstall turcotte turgeon turman turnage turnbow turnbull turney twila tye tyndall \
            tyner tyrell tyrrell ulloa ulmer ulysses underhill unruh upshaw urena urias urquhart usher ussery utley \
            utter vaca vaccaro vachon vaillancourt val valarie valdivia valente valenti valentino valeria valerio \
            valladares valles valley valverde vanburen vanbuskirk vandenberg vanderpool vandiver vandusen vanhoose \
            vanhouten vanmeter vannoy vanover vanpelt vansickle vanwinkle varga vargo veach veal veilleux velarde \
            veliz venable venegas venus verdin verdugo verduzco vergara vermillion vern vestal vetter via vice vida \
            vidrine vieira viera vierra villagomez villalpando villareal villasenor vilma vince vineyard vining \
            vita vitale vito voigt volk vollmer volpe volz vonda voorhees vue wachter waddle wadley wages \
            wainwright waites waits waldman waldo waldon wales wallen wallin walston walther waltz walz wampler \
            waring warnock warrick warrington warwick wasserman wasson watanabe watford watterson wayman weatherby \
            weatherly weathersby weatherspoon weddle weed weekley wegner weidner weigel weil weiland weiler weimer \
            weinberg weis weise weiser welborn welker wellington welton welty wendel wendi wenger wentz wert \
            wescott wessel wesson westbrooks westcott wester westerman westover westphal wetmore wheaton whelan \
            whetstone whitacre whitcomb whited whitehouse whiteman whitener whitford whitmer whitmire whitted \
            whittemore whorton whyte wick wickham wiegand wieland wiener wiese wigfall wight wilborn wilcher wild \
            wilda wildman wilfong wilford wilfredo wilhite wilke wilkens wilkie willette williford wilmer wilmot \
            wilmoth wilt wilton wimberly wimmer winchell winchester winder windsor winfred winfrey wingard wingate \
            winger wingfield wingo winner winton wirth wisdom wisniewski witcher witham withrow witkowski witte \
            witter wojcik wolcott wold womble woo woodbury wooden woodford woodhouse woodland woodley woodman \
            woodring woolard wooldridge wooley woolf woolley woolsey word worden worsham worth wortham worthen \
            wortman wozniak wrenn wyant wyche wyckoff wynne wyrick wysocki yager yamada yamamoto yan yancy \
            yarborough yesenia yingling yocum yoho yoo yoon yoshida youmans youngs yount yuen zachery zack zahn \
            zambrano zamudio zane zaragoza zayas zelaya zelda zella zeller zelma zhang zimmermann zink zinn zuber
            """
        ),
        (
            3,
            """
            aarons aasen abad abadie abarca abate abbas abbate abdallah abdo abels abernethy able abrahams \
            abrahamson abramowitz abril abron absher abshire abston aceves achenbach acheson ackermann ackerson \
            ackles acklin ackman acord acres acuff adalberto adamczyk adamek adamo adamski adcox addis addy \
            adelaida adelina adell adelman adelson aden aderholt adger adkinson adkison adkisson adriane adrianna \
            adrianne afton agan agar agarwal agatha ager agin agostini aguero aguila aguinaldo aguon ahart ahearn \
            ahl ahlers ahlstrom aho ahumada aichele aikin aitken aja akbar ake aker akridge alaimo alaina alam \
            alameda alamo alanna alatorre alban albano albarado albarran albaugh albee alber albertine alberty \
            albin albina albino albro albury alcazar alcocer alcock alcott alda aldaco aldana alday alder alderete \
            alec alecia alegria alejandre alejo alejos alene alers alesha aleshire alesia alessi aleta aletha alexa \
            alexandre alfano algarin aliff alina alix alkire allain allaire allbright allbritton alldredge allee \
            allegra allender alligood alling allis allmon alloway allshouse allsop allsup allums alm almaguer \
            almanzar almazan almeda almendarez almodovar almon alongi alpert alpha alphin alsop alsup alt \
            altagracia alter althoff altieri altizer altom alvardo alvarenga alvares alverez alverson alvey alvina \
            alvis alvord amaker aman amann amar ambler ambrosino amburgey amedee amen amend amendola ament america \
            amey amezcua amezquita ami amico amidon amis ammerman ammon amon amore amoroso amundsen anabel ancheta \
            anchondo andes anding andino andra andreasen andree andress andria andrzejewski andujar ang ange anglea \
            angus anh anibal anissa anker ankney annabel annamarie annemarie annett annetta annunziata ansari \
            ansell anselmo anspach anstett antione antle antonelli antonette antonucci antunez antwan anwar \
            anzalone aoki apel apgar appell apperson applebaum applin aquilar aquirre aracely araiza arakaki \
            arambula arango arant arbour arbuckle arcand arceo archambault archey arciniega arcuri ardith ardito \
            arechiga arehart arend arends arendt arent aretha arguelles ariana arie arispe arizmendi arledge arleen \
            arlen arlie armas armentrout armer armes armida armistead armitage armor arms armwood arner arneson \
            arnette arney arno arnoldo arnone arnott arnulfo arnwine arocha arocho arp arpin arrant arreguin \
            arrellano arrey arrieta arter arterburn arthurs artiaga artie artman artrip artz arvidson arvin arviso \
            arvizu arwood ary arzola asa asaro asay asberry ascencio asencio ashbaugh ashbrook ashcroft ashely \
            ashlock ashly ashman ashurst asia askins asmus astle astorga astrid astudillo asuncion aten ater athena \
            athey atkin atkison atlas atnip attebery atterberry attwood atwater aube aubin aubry aubuchon auclair \
            audet audie auer auerbach auguste augustin auld aultman auman aumiller aura aurand aust austria \
            authement auxier auyeung auzenne avallone avans avendano avent avera averett avey avilla avina avitia \
            awad axelson axford axtell aybar ayer aylward ayon ayoub azar aziz azure baade babich babineau bacchus \
            baccus bachand bachelder bacher bachmann bachus backer backes backlund backstrom bacote bad bade baden \
            badgett badgley badilla baehr baggs bahe bail bailes baillargeon baillie bainbridge baine bains bainter \
            baisden baisley baity baize bak bakke bakken bakker bakos balas balbuena balcom balderrama baldree \
            balducci bale balentine baley balfour balk balke ballance ballantyne ballentine balling balls ballweg \
            balmer balog balogh balsamo balser baltes baltimore baltz baltzell balzer bambi banach banas banes \
            baney banfield bang bangert bangs banh bank bankhead bannerman banning banton baptist baptista barahona \
            baranowski baratta barbagallo barbar barbeau barbera barbie barbieri barcenas barcia barco barcomb \
            barcus bardin bardsley bardwell barefield barefoot barga bargas barge bargo baril barile bark barkman \
            barks barlett barley barlowe barmore barna barnaby barnhardt barnhouse baro barra barras barratt barre \
            barreiro barren barrentine barreras barret barrette barrick barrie barrientes barrientez barriga \
            barroso barstow barta bartee bartell bartelt barter barthel bartling bartlow barto bartolome bartos \
            bartow bartram bartsch barwick basaldua bascom basel bashaw bashir basinger baskett basler basnight \
            basquez bassham bassler bast bastarache bastien bate bath batie bator batres batt battin battista \
            battiste batton batty baty batz bauch baucom bauder baudoin baughn baumbach baumeister baumer baumgart \
            baumgarten baur baver bax bayerl bayles baylis bayliss baynes baysinger bazan baze bazemore bazile bea \
            beacham beachum beadle beadles beagle beahm beaird bealer beamer beams bearce beaubien beauchemin \
            beauchesne beaudet beaudette beaudin beauford beaufort beaumont beaupre beauvais beazley bechard becher \
            bechtol beckford beckles beckmann beckner beckstead becraft becton bedgood bednar bednarz bedolla \
            bedoya bee beech beecham beede beedle beegle beehler beekman beeks beem beene beerman beesley beets \
            begaye begin behan behler behling behm behn behne behnke behrends behrendt beier beil beiler bejarano \
            belair beland belden belen belew belford belgrave belin beliveau belknap bellanger bellantoni bellard \
            beller belles bellew belli bellino bellis belliveau bellman bellomy belmont belmonte belote belser \
            beltz belue belva belville belvin belz bembry benard benbow bence bench bencomo benda bendel benedetti \
            benedetto benefiel benes benevides benfer bengtson benites bennette benning benninger benningfield \
            bennington bensen bent bently bequette beran berardi berends berens beres beresford bergan berge \
            bergerson bergeson bergevin berggren bergh berglund bergquist beringer berk berke berkeley berkey \
            berkman berlanga bermudes bernabe bernardi bernardini bernardino berner bernhard berniece berning \
            bernita berns berrian berrier berthelot berthiaume berthold bertsch berumen berwick besaw beshears \
            besser bessey bessler bester betances bethune bettina betton beus bevan bever beverage bevers \
            bevilacqua bevill bevis bewley beyers bezanson bhakta bhatia bhatt bibb bibbins bibby bibeau bibler \
            bickerstaff bickham bickley bicknell biehl bieker biel bielecki bien bier biermann big bigby bigger \
            biggers biggerstaff biggins bigley bilbo bilbrey bilderback biles bilger biller billips billman bilski \
            bilyeu binette binford bingaman bingman biondi biondo birdie birdsall birdsell birdwell birge birk \
            birkholz birkland birnbaum birney biron birt bisbee bischof biscoe bise bissett bissette bissonette \
            bitner bitter bitting bittinger bittle bivona bizzell bjork bjorklund blacker blackledge blackmer \
            blackmore blackshire blackston blackstone blackwelder blade blades blagg blaha blaise blakeley blakeman \
            blakemore blaker blakes blakeslee blakey blakley blakney blanc blandford blandon blane blaney blanford \
            blankinship blansett blas blaser blasingame blasko blass blassingame blatt blau blauser blauvelt blay \
            blaze blazek blazer blea bleau blecha bleich blewett blind bloch blocher blohm blom blomberg blomquist \
            bloodworth bloomberg bloomquist blose bloss blosser blossom blough blouin blubaugh bluford bluhm \
            blumberg blumenthal blumer boan boatner boaz bobadilla bobb bober bocanegra bockman bodden boddy boden \
            bodenhamer bodie bodiford bodily bodin bodine bodkin bodnar bodner body boe boeding boehme boehmer \
            boelter boer boerger boerner boes boese bogar bogard bogdan bogen bogert boggan bogner bogue bohan \
            bohanan bohannan bohanon bohl bohler bohm bohman bohner bohnert bohnsack bohon bohr bohrer boice \
            boissonneault boivin bolan bolander bold bolds boldt boler boley bolger bolivar boll boller bolles \
            bollin bollman bologna bolster bolte boltz bolyard boman bomar bombard bombardier bomberger bona \
            bonanno bonaparte bonar bondi bondurant bondy bonelli bonenfant boner bones bonet bonetti boney \
            bonfiglio bongiorno bonk bonneau bonnet bonnette bonny bonomo bontrager booe bookman bookout books \
            boomer boon boos boose boothby boots booze bopp borba borchardt borchers borchert bordeaux border \
            bordner borel borelli borgen borger borgman boring borja bork borkholder borkowski borland borman \
            bormann borne bornstein borquez borrelli borrero borror borst borton bortz borum borunda bos bosarge \
            bosco bose boser boshears bosque bosse bosserman bostrom botelho bothwell botkin botsford bottom \
            bottomley bottorff bou bouck bouffard boughner boughton bouie bouknight boulanger boulay bouley boulton \
            boulware bourbeau bourdeau bourdon bourgault bourget bourgoin bourke bourland bourn bourquin bova bovee \
            bow bowerman bowersox bowker bowlby bowley bown bowne boyden boydston boyers boyes boyland boysen \
            boyster boyter bozarth bozek braaten braatz brabham bracamonte bracco bracero bracewell brack brackin \
            brackman bradburn braddy bradfield bradham bradly bradsher bradt bradway bradwell brafford braga \
            bragdon braggs brainard brainerd brakebill braley braman bramble bramblett brame brammer branam branan \
            branco brandes brandl brandow brannen brannigan brannum branscome branscum branstetter brantner branum \
            brase brasel brasfield brashears brass brassard brassell brassfield brathwaite bratt bratten brauer \
            brault braunstein brawn brayton brazeal brazell brazelton braziel brazier breanna breazeale brecht bree \
            breece breed breese breeze brehmer breit brekke bremner brendel brendle brendon brenna brenneman \
            brennen brescia breshears breslin bresnahan bressler bretz breuer brew brey brianne briceno brick \
            brickey brickhouse brickley brickner bridgeforth bridger bridgers bridgewater bridwell brier briese \
            brigance briganti brigette brighton brigman brimer brimmer brinda brindle brindley brinegar briner \
            brinker brinkerhoff brinkmann brinn brinton brisco brissette brisson brittani britten brittingham \
            brixey brizendine broach broadbent broaddus broadhead broadhurst broadus broadwell broady brobst brochu \
            brockett brodbeck brode broder brodersen brodsky brogden brokaw broman bromberg bronk bronner bronstein \
            brookes brooking brookman brookover broomfield brose brosius brosnan brott brough brouillard \
            brouillette brousseau brouwer browner brownfield brownlow broxton bruch bruck brucker bruckner bruder \
            bruening bruggeman brugger bruhn brumback brumbelow brumit brummitt brun brundidge brune brunell \
            brunette brunetti brungardt bruni bruning brunk brunswick brunt brunton bruss brust bryd bryden bryer \
            bryner brzezinski brzozowski bubb bublitz bucci buch buchan buchanon buchheit buchholtz buchman bucholz \
            buckelew buckland buckle buckler bucklin buckmaster buckwalter bucy bud buda budde budge bueche buelow \
            buendia buenrostro buentello buerger buettner buff bufford buffum buffy bufkin bugarin bugbee buhl buhr \
            buitron buker bukowski bulger bulkley bullen buller bullins bullion bullis bulloch bulluck bumgardner \
            bumpers bumpus bunce bunger buntin bunyard buono burbach burbage burchard burchell burchette burciaga \
            burd burdge burditt burgan burges burgher burgoon burgoyne burkart burkes burket burkey burkhead \
            burkley burl burleigh burling burlingame burlison burman burnam burner burnes burnley burpee burpo \
            burrage burrier burrill burriss burritt burrough burrowes burruss burse burtch bury buscher buse buser \
            busey bushee bushong bushway busick buske buskirk bussard bussiere bustillos buswell buteau butera \
            buterbaugh butkovich butner buttars butterworth buttler buttram buttrey butz buzard buzbee buzzard \
            byard byas bye byer byfield byford byington bynoe byram byrge byrns byrom caba cabana cabe cabell \
            cabello cabezas cabot cabrales caceres cacho caddell cadet cadiz cadle cadogan cadorette cadwallader \
            cadwell caffee caffey caffrey caggiano cai caine caines caison caitlyn cajigas calabro calahan calaway \
            calcote calderone calderwood cale cales caley calfee calhoon cali callaham callan callanan callas calle \
            calles callicoat callier callihan callison calton calzada camarena camargo cambra cambridge cambron \
            camden camire cammack cammarata campa campagna campana campanella campanelli campas campfield campion \
            campisi campo campuzano canaday canale canas canavan cancel canchola candelario candi candida candler \
            cane canela cangelosi canipe canizales cann cannaday cannella canning canon cansler cantara canterbury \
            cantero cantin canto canton canup caouette capasso cape capehart capel caperton capetillo caplan caple \
            caples caplinger capo capobianco capozzi capp cappello capra caprice caprio capuano carballo carberry \
            carbonell cardella cardello cardiel cardillo cardin cardinal cardinale cardone cardoso cargile cargo \
            cari carico caridad carie carignan carin carina carini carino carlberg carle carleen carley carline \
            carlino carlock carlotta carls carlsen carlucci carmean carmelita carmon carmouche carn carneal \
            carnegie carnell carner carnevale carolan carolee caroll carollo carone carpentier carpino carpio \
            carrara carreiro carreno carreras carrick carriere carrizales carron carrow carrozza carstarphen \
            carstens carstensen carte cartee cartier carwile caryl casados casady casale casavant cascio casella \
            cashin cashion cashwell casias casler casner casperson cassano cassel cassella casselman cassette \
            cassity casson castagna castaldo castano castanon castelli castello castellon caster castiglia \
            castiglione castile castille castilleja castillon castleman caston castonguay castorena castrejon \
            catalan cataldo catania catanzaro catchings cater caterina catharine cathie cathrine catina catlin \
            catoe catrina catt caudell caudillo caufield caulder cauley caulfield caulkins causby cavalier \
            cavallaro cavallo cavanagh caver caverly caves cavin caviness cavins cavitt cawthon cayer caylor cayton \
            caywood cearley ceasar ceaser cecere cedrick celaya celentano celestin celis cendejas ceniceros center \
            centers cephas cerna cerny ceron cerrato cerrone cespedes cessna cevallos chabot chace chacko \
            chadbourne chadwell chaffins chagnon chagoya chai chaidez chaires chairez chalfant chalk chalker \
            chamber chamberland chamlee chamness chamorro champ champine chancy chanda chanel channel channell \
            chantal chantel chaparro chapdelaine chapel chapell chappel chappelle chapple chaput charboneau \
            charbonneau charest charisse charla charland charlebois charleen charleston charlesworth charlette \
            charline charney charon charpentier chartrand chas chason chastity chatfield chatham chatmon chatterton \
            chaudhry chauncey chausse chauvin chavers chavira chea cheatwood check cheeseman cheesman cheever \
            chelsie chenard chenier cherly cherrie chery cheryle cheshire chesley chesney chesnut chess chesson \
            chet chevez chewning chiang chiaramonte chiasson chichester chico chicoine chidester chien chiesa chill \
            chilson chiodo chipps chiquita chittenden chittum chitty chivers chloe chmielewski chmura choice chon \
            choquette choudhury chouinard chowdhury choy chretien chrissy christel christiana christiano christner \
            christofferse christofferso christoper chronister chubb chumbley chumley chunn chupp churchwell chute \
            cianciolo ciccone cicero cieslak cifuentes cilley cimino cindi cinnamon cinthia cioffi ciotti cipolla \
            cipriani cipriano cirillo cissell citizen claassen clabaugh claborn clack claflin claiborne clardy \
            class classen clatterbuck claud claunch claus clausing clauson claussen clayborn clayborne claybrooks \
            claycomb claypoole clayson claytor clear cleaves cleek cleland clementine clerk cletus clever clewis \
            client climer clinard clinger clingerman clingman clinkscales clodfelter cloer cloninger clontz clopton \
            clore closson clothier clouser clover clow clower clowers cloyd clubb cluck cluff clukey clune clute \
            clutter clymer clyne coachman coady coan coaxum cobbins cobble coca cockburn cockrum coco coddington \
            coder coelho coello coen coffelt coffield cogan cogar cogburn cogdell cogdill coger coggin coghill \
            coghlan cogswell cohan cohee cohrs coil coke cokley cola colangelo colclough coldiron coldwell \
            colegrove coletta coletti colgan coll collar collen colletti collie colligan collings collinson \
            collinsworth collis collison collman collum colmenero colombo colorado colosimo colquitt colvard colyer \
            comacho combest comerford comes comfort commander commons como compo compos conard conatser conboy \
            concannon conder condie condit condrey condron conerly confer conforti congdon coniglio conkle conkling \
            conlan conlin connally connery considine constable constantino convery coogan cookson coolidge coomes \
            coonrod coop cooperman coots coover copas copenhaver copes copher copland coplin copp coppa coppage \
            coppedge coppin coppinger copple coppock coral corbeil corbo corby corchado cordelia cordle cordoba \
            cordon cordray corea coreen cori coria coriell corinna corker corkery corl corle corlett corlew cormack \
            corman cornelison corner cornette corning cornman corns cornwall coronel corp corpus corpuz corr \
            corrado corrie corry corsi cort cortese cortina cortinas cortright corum corvin cosentino cosenza cosey \
            cosner coss cossette cossey cost costales costantino costanza costanzo costas coster costigan costilla \
            costillo costin costner cothern cothren cotner coto cotta cottman cottone cottrill couey coughlan \
            coulston countess countryman cournoyer coursey court courtemanche courter courtois courtright courts \
            courville coury cousar coutee couto coutu covell covin cowans cowden cowger cowgill cowherd cowie \
            cowling cowman coyer cozad crabill cracraft crader crafts craighead craine cram crampton craner craney \
            crank cranmer cranor cranston crary crase crass cray creager creagh creasey creasman creason creasy \
            credle cree creek creger cremeans crepeau crespin cressey cresswell creswell crew cribb crichton crick \
            criddle crigger crigler crimmins criner cripe crippen cripps crisler crisman crispin crissman cristal \
            cristine cristopher critchfield critchlow crittendon crivello croce crochet crofoot crofts croker \
            croley croll cromartie crompton cron cronan crone crooker crooms crose crosier croskey crosland crosley \
            crossen crossett crosslin crosson crosswhite crothers crotts crotty crowl crown crownover crowson \
            crowther croxton croyle cruce cruickshank crumb crumble crumbley crume crumpler crumrine crunk cryer \
            cuadra cuadrado cubbage cuccia cudd cuddy cude cudjoe cudney cue cueto cueva cuff cuffee cuffie \
            culberson culbert culbreath culbreth cull cullens culley culligan cullinan cullins cullison cullum \
            cully cumberbatch cumberland cumbie cummingham cuneo cunha cunniff cupples cupps curci curcio curd \
            curlee curnutt curren current currey curto curtsinger cusack cusson custard custis custodio cusumano \
            cuthbert cuthbertson cutlip cutrer cutright cutshall cutshaw cutting cutts cuyler cybulski cypert \
            cyphers cyril czajkowski czapla czarnecki czech czerwinski dabrowski dacus daddario dade dahlberg dahle \
            dahlen dahlgren dahlin dahlke dahlquist dahlstrom dahmen dahms daigneault daigre dail daisey dake dales \
            dalessandro dalessio dalia dalke dall dalley daluz dalzell dam damaris dambrosio dames damiani damiano \
            damion damm dammann damore dampier danaher dance dancer danek danelle danette danford dangerfield dani \
            daniela daniele daniell daniella danilo danis danita danko dann dannie danos dansereau dant dantonio \
            dao dara darbonne darci dare darell dargan daria dario dark darleen darley darlington darnall daron \
            darosa darrah darrick darrington darron darst dart das dash dasher dashiell dashner dates dattilo daub \
            daubert daughtery daughtrey daulton daum dauphin davalos daves davie davin davisson davy daw dawe \
            dawley dawna days deacon deady deakins dealba deandre deardorff dearman dearmond dearth deatherage \
            deaver deavers debby debellis debi deblois debnam debolt debord debrah debusk decamp decaro decesare \
            dechant decicco deckert declue dedeaux dedmon dedrick deeds deegan deel deem deemer deems deer deeter \
            defalco defazio defelice defeo defilippo defoor deford deforest deforge defrancisco defranco defreitas \
            degarmo degen degennaro degeorge degnan degraff degraffenreid degraw degree degregorio degroat degroot \
            dehaan deherrera dehn dehner dehoyos deines deitch deitz dejean dejohn dejong dekker del delacerda \
            delahoussaye delamora delana delancey delany delao delapena delariva delatte delaughter delaune \
            delavega delay delbosque delcambre delcastillo delcid delee delena deleo delfina delfino delilah delima \
            delisa delma delmer delmonte deloatch deloera deloney delorenzo delorme delosreyes delozier delph \
            delphia delphine delreal delrosario deltoro delucia delvecchio demaio demar demarcus demaree demarest \
            demaria demars demartini demartino demasi dematteo demby demelo demeo demery demetria demko demmer \
            demott demps dempster demuth denault denby deneen dengler denker denmark denn denna dennett dennie \
            denniston denzer depalma depasquale depaul depaz depp depue deputy depuy deramus dermody deroche derose \
            derosier derossett derouen derrickson derrico derringer derryberry dery desalvo desantiago deschamp \
            deschamps deschenes descoteaux deshawn deshazo deshields deshong deshotel desilets desir deskins \
            deslauriers desoto desousa desouza despain despres desroches dessert destiny detrick detweiler detwiler \
            devane devaney devaughn devault deveau devera devereaux devers devinney devita devitt devora devos \
            dewald dewall dewalt dewar dewberry dewees dewoody dey deyo dials dian dibella dibenedetto dibiase dice \
            dicken dickerman dickert dickison dicus didomenico didonato diebold diederich diedrich diemer diener \
            diep dierking dierks dieter dietrick diez difiore difranco digby digennaro diggins digiacomo digiovanni \
            digirolamo digregorio dike dilbeck dilday dildy dileo dille diller dillinger dillow dills dilorenzo \
            dimarco dimartino dimas dimatteo dimattia dimauro dimick dimmick dimond dinah dinan dinapoli dinardo \
            dineen dinger dinges dingler dingus dinkel dinwiddie dionisio diorio dipalma dipaolo dipasquale dirks \
            dirksen disalvo disanto dishon dismuke dismukes disney dison ditch dittman dittmar dittmer ditto \
            dittrich ditullio divers divine divito dixion dixson dizon dobos doby dock dockins dodgen dodrill doi \
            doiron dolby dolce dole doles dolezal dolin dollard dollinger dolloff dolph dolphin doman dombroski \
            domenech domenic domenico domingue domingues domino dominque dominy donaghy donahoe donalson donati \
            donegan donelson doner dones doney donis donita donlon donmoyer donnellan donner donoghue donoho \
            donohoe donte doody doolan doolin dorado dorazio dorcas dorene dorey dorfman dorgan dori dorie dorinda \
            dority dorrance dorrough dorsch dortha dorton dory dosch dossantos dossett dostal doster dostie dottie \
            dotts doud dougan douse douthit douthitt dovie dowden dowdle dowe dowler downard downie doxey doyal \
            draeger drago dragon dragoo drakeford drakes drapeau draughn draves dray drees dreiling drennen drennon \
            dresser drewes drewry drews drexler driggs drinkard drinnon driskill drolet drost drouin drown drozd \
            drucker drumheller drumm drummer dry drye dryer drysdale dubay dubin dublin dubreuil dubuc dubuque duby \
            duca ducan duchene duchesne ducker ducksworth duclos ducote dudash dudek dudgeon due duell duerr duet \
            dufault duffield duffin dufour dufrene duggins duguay duhart dulac dulce duley dulin dull dumais dummer \
            dumond dunavant duncanson dundas dunfee dung dungan dunigan dunkel dunkelberger dunkin dunkle dunkley \
            dunklin dunleavy dunlop dunmire dunnam dunneback dunnigan dunphy dunson duplantis duplessis duppstadt \
            dupras dupuy duque durante durazo duren durgan durgin durocher duron durrah durrant durso duryea dusek \
            dussault dutil dwain dyal dyar dyck dycus dyess dykema dysart dziedzic eaddy eadie eager eaglin eaker \
            eakes eakin eakins ealey ealy eames eanes earhart earles earnhardt earnshaw earp earwood eastep \
            easterday easterly easterwood eastham eastin eastland eastridge eatman eatmon ebbert ebel ebeling \
            eberhard eberhart eberly ebersole ebling ebner ebron eccles eccleston echavarria eckard eckart eckel \
            eckenrode ecker eckhardt eckhart eckhoff eckles eckley ecklund eckstein ector eddington eddleman edelen \
            edelson edenfield eder edgardo edgell edgerly edgin edgington edick edinger edler edmundo edmundson \
            edney eells efird efren eger egerton eggen egger ehlert ehmann ehret ehrhardt ehrhart eich eichelberger \
            eichhorn eichler eichner eichorn eickhoff eide eiler eilerman eilers eisele eisen eisenbarth eisenhart \
            eisenhauer eisenhower eisenman eisner eklund ekstrom elaina elamin elden elders eleanore elem elenor \
            elgin elida elie elissa elizalde elizebeth elke elkin elks ellard ellefson ellenberger ellenburg \
            ellender ellerbe ellerbee ellerman ellett ellinger ellingsworth elliston ellman ells ellwood ellzey \
            elms eloisa elouise elroy elsass elsberry else elsea elser elsner elson elswick elyse elzey elzy \
            emberton embree embrey emert emig emmer emmerich emmitt emond emrich emrick ena encarnacion encinas \
            enciso enders endo endres endsley engebretson engelbrecht engelke engelman engelmann engels engen enger \
            englehart engleman engles englund engman engram enloe enlow eno enochs enriqueta ensign ensley \
            ensminger ensor entrekin entwistle enyeart eoff epley epling epp epperly eppinger eppler era erasmo \
            erazo erbe erby erhardt erhart ericksen eriksen erikson erlandson erler erlinda ernestina errico ertel \
            ertl erving escalera escarcega escoto escudero eshelman eshleman eslick eslinger espada espana espey \
            espiritu espitia espy esqueda esquer essary esser essex estabrook estell estepp esterly esters esteves \
            estey estill etchison etheredge etherton ethier etienne ettinger etzel eulalia euler eun eure eurich \
            eury eustice evanoff evatt eveland eveline even evens everitt everly everman evert everton everts \
            evette evie evins evon evonne ewalt ewart ewen ewers ewert exley eye eyler eyman eyre ezekiel ezequiel \
            ezra ezzell fabela fabiano fabiola fabre fabrizio fabry facer fackler factor fager fagin fagundes fahy \
            failla fails fairbank fairfax fairfield fairman fairweather falbo falco falconer fales falgout falkner \
            fall faller fallin fallis falzone fan fane fanelli fang fann fansler farah farfan fargo farish farlow \
            farner farney farnum farquhar farrah farrand farrel farrelly farren farrer farrier farrior farrish \
            farthing fasano fasching fason fassett fatima faucett faucette faucher faught faul faulks fauntleroy \
            fausto fauver fava favorite favreau fawn feagin fearn fearon feather feathers featherston featherstone \
            febus fecteau fedele feder fedler fedor feeley feely feemster fegan fegley fehr feinberg feingold \
            feinstein feist felan feld feldmann feldt felicita felicitas felipa felisha feliz fellers fellman fells \
            felt felten feltman feltner felty fenderson fendley feng fenimore fenley fenske fenster fenstermacher \
            fentress ferber fergerson fergus fernald ferranti ferree ferrel ferrera ferreri ferrero ferretti ferri \
            ferrier ferriera ferrigno ferrill ferrin ferron fessenden fessler festa fett fetterman fetters fetty \
            fetzer feuerstein few fewell fey fiala fichter fickes fiecke fielden fierros fifer figaro figgs \
            figueiredo figueredo fikes filer files filiberto filip filkins filler fillion filomena filson fincham \
            finck finger finkbeiner finke finkel finkelstein finkle finklea finlay finlayson finnell finnerty \
            finnie fiorentino fiorillo fiorini fiqueroa firestone firkins firth fiscus fishback fishburn fishel \
            fiske fitchett fitting fitzgibbon fitzgibbons fitzhugh fitzmaurice fizer flake flakes flanary flanery \
            flannagan flannigan flaugher flavin flax fleckenstein fleeman fleener fleet fleischer fleischman \
            fleischmann fleisher fleishman flemings flesher fleshman flickinger flinchum flippen flippo flo flock \
            florance florencio florentino florian florida florio floy fludd fluellen fluharty fluker flury fly \
            flynt flythe fobbs focht fodor foerster fogleman foland folden folger folkerts folkes folks follansbee \
            follett follis follmer folmar fomby fonda fondren font fontanez fontes fonville foor foos footman foran \
            forand forbis forbush force forcier fordyce forehand forgey forshee forsman forst fortes forth fortson \
            fortuna fortunato forward fosdick foshee foskey fossett fossum foti fouch fouche foulds foulk foulks \
            fouse foushee fout foutch foutz fowles foxwell foxworth foxx foye frady fragoso fraher frahm frailey \
            fraire fraise fraizer frakes fralick frampton francesco franck francoise frandsen franklyn franko \
            franqui fransen franson frary frase frasher frasure frates frausto fray fredericksen frederickson \
            fredric fredricks freeborn freel freels freer freeze fregoso frei fremont frenette frerichs frese \
            freshour fresquez fretwell freudenburg frew friar fricke fricks friddle fridley friedel friedland \
            friedlander frier friese frigo friley frisbee frisch frisina frisk frison fritch fritsch fritsche \
            froehlich froelich froman fromm fruge fryar fryman fuentez fuhr fujii fujimoto fujita fujiwara \
            fulbright fulgham fulghum fullen fullilove fullwood fulmore fulp fults funches funchess funderburg \
            funes funke funkhouser fuquay furey furguson furlow furness furrow furry furst fuselier fuson fuston \
            futch futral fye fyfe fyffe gabaldon gabbert gabler gabor gabriele gabriella gabrielson gadberry \
            gadbois gadd gadsden gaertner gaeta gafford gagliano gagliardi gagner gagnier gahagan gaier gaillard \
            gain gains gaiser gaiter galan galante galasso galaviz galaz galdamez galeana galeano galentine gales \
            galey galgano galiano galicia galipeau gallager gallaway galle gallego galles galli gallien galligan \
            galliher gallimore gallion gallman gallop gallucci galusha galyean galyon gama gambill gambino gamblin \
            gambrel games gamino gammage gammill gammons gandara gandhi ganey ganley gannaway gano gans gantz ganz \
            garbutt garceau garces gard gardea gardella garden gardener gardenhire gardin garduno garett garey \
            garfinkel gargano gariepy garlick garling garlock garlow garneau garnes garnet garney garnica garofalo \
            garon garr garrard garraway garren garrow garst garten gartman garton garwood garzon gasaway gascon \
            gaskell gaspard gasper gassaway gasser gassett gast gastelum gately gathers gatson gatti gattis gatton \
            gaudette gaudreau gaughan gaulke gauna gaunt gautier gautreau gautreaux gauvin gayden gaydos gaye \
            gayhart gayman gaymon gayton gazaway gean gearheart gebhard gebhardt gebhart gebo geddes gehl gehlert \
            gehring gehrke geib geier geil geis geise geiser geissler gelb gelinas gelman gemma gemmill genao \
            gendreau genest gengler genia geno genova genoveva gent genthner gentle gentner geoghegan georges \
            georgiana georgianna georgie gephart gerace geraci geraghty geraldo gerardi gerda geren gerena gerhard \
            gerhart gerke gerken gerling germann gerner gero gerow gerrard gerri gerrish gerrity gerson gerst \
            gerstner gerth gertie gertz gess gessner getchell gettinger getty gettys ghent gholson gholston \
            giambrone giancola giannini giannone giardina gibb gibbens gibbon gibby giblin gibney gideon gidley \
            gidney gies giesen giffin gift giglio gigliotti giguere gilcrease gildea gilden gilder gildersleeve \
            gile gilfillan gilford gilham gilkes gillan gilland gilleland gillenwater gilles gillett gillham \
            gillies gillingham gillison gillmore gillock gillon gills gilmartin gilmour gilroy gilstrap giltner \
            gilyard gimbel gimenez ginder gines gingerich gingras gingrich ginny gino ginsburg ginter ginther \
            ginyard gioia giorgi gipe giraldo girardi girouard girton gisela giselle gittens giuliani giuliano \
            giunta giuseppe giusti givan given glade gladstone glady glancy glantz glanz glasco glasper glaspie \
            glasscock glasser glassman glatt glaude glazer glazier gleaton gleaves gledhill gleeson glennon \
            glessner glickman glidewell glines glory gloss glowacki gluck gobeil gobert gobin gochenour godbey \
            godbold godbolt godbout godby godin godina godines godley goehring goering goetsch goggans goggin \
            goggins goguen goheen goin goines gokey golda goldblatt goldenberg golder goldfarb goldner goldschmidt \
            goldston goley golightly goll golla golliday golson golston golub gomer goncalves gong gongora gonsales \
            gonsalez gonser gonyea gonzalas goo goodfellow goodlett goodloe goodlow goodner goodridge goodrow \
            goodrum goods goodsell goodspeed goodwill goodwyn goodyear googe goosby gorby gordan gorden gordillo \
            gordy gorecki goree goris gormley gorney gorrell gorsuch gorton gose gosha goshorn goslin gosney \
            gossage gossard gosser gossman gotcher gothard goto gottfried gottschalk goudeau goudreau goudy gouge \
            gouin goulart goulding goulette gourdine gouveia gove govea gow gowan gowans gowdy gowin gowins goyette \
            goza grabill grable gracey graddy grado grafton grahm grainger grajeda gram grams gran granata \
            granberry grand granda grandberry granderson grandison grandstaff grandy graney grange granier granillo \
            grasser grassi grasty grate gratton grau gravatt gravel gravelle graver gravitt gravley gravois \
            graybeal grayer grays graziani greaney grear greear greenawalt greenbaum greenblatt greenhalgh greenhaw \
            greenhill greening greenlaw greenly greenman greenough greenspan greenstein greenwalt greenway greeson \
            greggs grego gregoria gregson greig grell gremillion grenz gress greve gridley grieco gries grieve \
            griffeth griffey griffie griffing grill grimaldi grimaldo grimmer grimshaw grinder grindle grindstaff \
            griner grinnell grinstead grisby grise griselda grissett grist gritton grizzard groat groesbeck grogg \
            groh groleau grondin groner groover gros grosse grossi grosso grosvenor grosz grote grothe grounds \
            grout grullon grund grunewald grunwald gruver gualtieri guan guard gudino guel guercio guernsey \
            guerrera guerrette guerrier guerriero guerro guglielmo guice guida guidi guild guilford guill guillaume \
            guillemette guillermina guillot guillotte guimond guin guinan guinyard guion guiterrez guitierrez \
            guizar gula gulbranson gulick gulledge gullette gullickson gullion gullo gully gum gumbs gumm gump \
            gunnell gunnels gunning guo gupton gurganus gurrola guse guss gust gustavson guth guthridge gutierez \
            gutierres gutirrez gutman gutowski gutshall guyette guynn guzik guzzi gwaltney gwenn gwyn gwynn haack \
            haak haakenson haar haberman habib hackbarth hackman haddox haden hadfield hadlock hadnot hadsell \
            haefner haffey haffner hafford hafley hafner haga hagaman hagar hagberg hage hagedorn hageman hagemann \
            hagerty haggins hagins haglund hagood hagopian hagy hahne hai haider haigh haigler hail hain haislip \
            haith hajek hakala hakes haldeman halfacre halford haliburton halladay hallam hallberg halle hallenbeck \
            halliburton halligan hallinan halloway hallowell halls hallum halsted halterman halton halvorsen hamada \
            haman hamblen hambleton hambly hambright hamburg hamdan hames hamil hamler hamlet hamman hammel hammers \
            hammes hammitt hammontree hamner hamon hampson hanchett handel handler haner hanford hanger hanke \
            hankerson hankinson hanlin hanneman hanner hannigan hanning hannum hanover hansard hanscom hansell \
            hanselman hansford hanshaw hansley happel hara harada haralson harbaugh harber harbert harbor harbuck \
            hard hardage hardcastle hardie hardnett hardrick hardt harewood harger hargraves hargreaves haring \
            haris harjo harkey harkless harmer harn harnden harned harner harnish harnois harpe harpole harpster \
            harrah harrel harriette harrill harriss harrold harrop harrow harsh harshaw harshbarger harshman harte \
            hartig hartigan hartin harting hartl hartline hartness harton hartshorn hartsock hartt hartwick harty \
            hartz hartzler hartzog harvard harvill harville harvin harward hasan hasbrouck hasegawa hashimoto \
            haskett haskin haslam hasler haslett hasse hassel hassen hassett hassinger hassler hasting haston \
            hatchell hathcock hathorn hatmaker hattaway hatter haubert haubrich hauer hauge haugh haught haughton \
            haugland hauk hause hausman hausmann havard havel haveman havener haviland hawke hawker hawkin \
            hawkinson hawn hawthorn hayashi haycraft haydee haydel haydon hayek hayhurst hayles hayley hayman hayne \
            hayner hayse hayslett hayter hayton hayworth hazelip hazeltine hazlewood hazley heacock headen heady \
            heal heaney heap heaps hearns hearon heasley heater heatherly heavener heavner hebb heberling hebron \
            heckart heckel heckler heckstall hedberg hedden hedin hedley hedlund hedman hedstrom hee heenan heer \
            heeter heffington heffron hefley hegarty heger hegg hegland hegwood heid heide heidel heidelberg \
            heideman heiden heidenreich heider heidrick heidt heier height heikkinen heilig heiman heimann heimbach \
            heineman heinemann heinen heiner heins heintzelman heise heiss heist heitman heitmann heitz heitzman \
            heldt helfer helfrich helgeson helland helle hellen hellman hellwig helman helmuth helsel helsley helt \
            helvey helwig helzer hemby hemenway hemmer hemming hempel henault henegar heng henkle henline henn \
            hennen hennig hennigan hennings hennis henrich henricks henrickson henriksen henriques hensel hensen \
            henslee hensler hentges henthorn henton hentz hepburn hepler hepner hepp heppner hepworth herald herdon \
            hering herlihy herlinda hermanson hermelinda hermes hermosillo hern herod heron heroux herrell herrman \
            herrod hersh hershel hershey hershman hersom hertel hertz hertzler hertzog hervey herzberg herzig \
            heskett heslin hesser hession hessler hesson heston hetherington hettinger hetzel heuer heuser hewes \
            hey heyer heyman heywood hibbert hibbitts hibbler hibner hice hick hicklin hickmon hickok hickox \
            hiebert hiers hiett higbee higby higgin higginson higham highfill highland higley higuchi higuera \
            hilburn hilde hildebrant hildegard hilderbrand hildred hile hileman hilger hille hillen hillenbrand \
            hillery hilley hillhouse hillier hilliker hillyard hillyer hilson hilt hiltner hiltz hilyard hinckley \
            hinderliter hine hiner hinerman hinkel hinkson hinnant hinnenkamp hinojos hinrichs hintze hinz hinze \
            hiott hipolito hipple hipps hirano hird hires hirschman hirsh hirst hirt hirth hise hiser hisey hisle \
            hitch hitchens hittle hitz hively hoa hoadley hoar hoban hobart hobby hobdy hobert hobgood hock \
            hockaday hockensmith hocker hockett hocking hockman hodapp hodder hodgdon hodgin hodgins hodgkinson \
            hodnett hodo hoefer hoeft hoehn hoehne hoekstra hoeppner hoerner hoerr hofman hofmeister hofstetter \
            hogans hoge hoggan hogge hogle hoglund hogsett hohl hohman hohn hoisington holahan holderman holding \
            holdren holdsworth hole holeman holford holgate holiman holl holladay hollandsworth hollars hollaway \
            holle holleman hollen holleran holli hollier hollingshead hollman hollomon hollon holmberg holmgren \
            holmstrom holoman holquin holsey holsinger holstein holte holter holthaus holtman holtzclaw holtzman \
            holub holyfield holz holzman homes honda hone honea honey honig honore hooley hoopes hoops hoose hooser \
            hoosier hoots hopes hopp hopping hopps hopwood horacio horak hord horgan hornbeck hornberger hornbuckle \
            hornick hornung hornyak horrell horrocks horstman horta hortencia hortense horwitz hose hosford hosier \
            hoskin hosking hoskinson hosler hosley hosmer hoss host hotaling hott hottinger hou houchens houchin \
            houchins houde houghtaling houlihan houpt householder houseknecht housel houseman housley housman houtz \
            hove hover hovey howarth howells hower howery howie howington howle howley howse howser howton hoxie \
            hoye hoyer hoyos hruby hruska hsieh hua huard hubbert hubble hubler huck huckabee huckins hucks \
            huckstep huddle hudkins hudnall hudock huertas huffaker huffine hufnagel hug huges huggard hughley \
            hughs hugley huguley huhn huie huitt huizar huizenga hukill huling hulings hullinger hulme huls \
            hultgren hults human humbert humiston hummell hummer humphery hund hundt hungate hunger hungerford \
            hunnicutt hunsberger hunsicker hunsinger hunsucker huntsberry huntsman hunziker huot hurdle hurlbert \
            hurlburt hurlbut hursey hurtt hurwitz husband husby huse huseby huseman husk huskins husman huson \
            hussain hust husted hutchcraft huth hutsell hutt hutter hutzler hux hyer hyler hymel hymes hyon hypes \
            hysell hyslop hyun iacovelli ice icenhour ickes iddings ide idell idella igo ikard ike ikeda ikner \
            ileana iler iles iliff ilse ima imai imel imler inabinet ince india inga ingham ingles inglis ingrassia \
            iniguez innes innis inniss innocent inoue inouye insley iola iona ione iorio ippolito iraheta irick isa \
            isaias isakson isenhour iser ishee ishmael isiah islam islas isler isley ismail isreal issa ito ivers \
            iversen ivery ivette ivonne izaguirre izquierdo jaco jacobi jacobo jacobus jacque jacquelin jacquez \
            jacquline jada jager jagger jaggers jahn jahnke jaimie jain jakes jakubowski jalbert jamaal jamey \
            jamila janda jandreau janeen janel janey jang janicki janik janina janke jann jannette janney janousek \
            janson jansson jantz jantzen january janus janzen jaqueline jaques jarboe jardine jarnagin jarnigan \
            jarod jarosz jarrard jasinski jauregui jaworski jeana jeanbaptiste jeane jeanetta jeanlouis jeanna \
            jeanpierre jeans jed jefcoat jefferey jeffords jeffreys jelinek jelks jellison jen jena jenelle \
            jeniffer jenkin jenkinson jenner jenney jenni jenning jent jeon jeppesen jepsen jepson jeramy jere \
            jerez jerkins jerold jeromy jerrell jerrie jerrod jerrold jesica jeske jessee jessop jetton jhonson \
            jiang jimenes jimison jimmerson jin jinks jiron joachim joanie job jock joelle joellen johannes \
            johannsen johansson johnna johson joines joleen jolicoeur jolie jolin jolliff joly jonah jonnie jonson \
            joplin jorden josephina josephs josette josey joshi joslyn jospeh joubert jourdan journey jovita jowers \
            jowett joyal joycelyn joye jozwiak judah judie juergens juhasz juhl juli julianna juliano julien july \
            jump jumper jun juneau junker junkins jurado jurgens jurgensen jury jusino justis kaczmarek kaczor \
            kadlec kaelin kagan kahle kail kain kala kalb kale kaler kaley kali kalinowski kalish kallas kalman kam \
            kamen kami kaminsky kamm kammer kammerer kamp kamps kan kanagy kaneshiro kangas kania kanode kanter \
            kantor kao kapoor kappel kappler karam karas karcher kardos karg karim karissa karle karlin karlson \
            karma karn karol karolyn karon karpinski karren karrie karst karsten kash kaspar kass kassandra kaster \
            kates katzer katzman kaul kautz kawakami kawamoto kawamura kaya kays kayser kea keach keaney kear \
            kearse keasler keeble keech keele keels keena keenum kees keese keesee keesler keeter keever keffer \
            kegler kegley kehl keifer keiper keisler keithley keitt kelch kelemen kellems kellett kelliher kelling \
            kellison kells kelm kelsch kelson keltner kelton kelty kemble kemmer kemmerer kempton kendig kendricks \
            keneth kennamer kennell kennelly kennemer kennerson kennett kennison kennith kenton kenworthy keo \
            keough keown kephart kepler kepley kepner keppler kerber kerfoot kerlin kernan kerner kerney kerrick \
            kerrie kersh kershner kersten kerstetter kerwin kesha keshia kesler kessel kessinger kesterson kestner \
            ketner ketron ketter ketterer ketterman kettle kettler kettner keven khalil khang kia kibbe kibby \
            kidney kiel kiely kier kiernan kiesel kieth kifer kiker kilbourne kilby kiley kilgo kilian kilkenny \
            killebrew killeen killen killgore killinger kilroy kimbell kimberlin kimberling kimbler kimbrel kimbro \
            kime kimmell kimmons kimpel kimsey kimzey kincade kincannon kincer kinch kincheloe kinchen kindel \
            kindig kindle kinkade kinkead kinley kinman kinnard kinne kinnear kinner kinnison kinsella kinsler \
            kinsley kinslow kinsman kintzel kinyon kinzel kinzer kip kira kirch kircher kirchoff kirkendall kirkley \
            kirklin kirschbaum kirst kirtley kirts kirwan kirwin kisha kisner kiss kissee kissel kissell kissinger \
            kissner kist kistner kitson kitt kittel kittelson kitterman kittinger kittle kittleson kittredge kitts \
            kivett kivi klahn klapper klar klass klassen kleckner kleiber kleiman kleiner kleinman kleinschmidt \
            kleist klem klemm kliebert klima klimas klimek klingbeil klingler klock klopp klos kloss kluesner kluge \
            knaack knarr knauer knaus knauss knecht knee kneeland knepp knepper knickerbocker knighten knighton \
            knights knipe knipp knisely knisley knop knopf knorr knouse knuckles knudtson knupp knuth knutsen kober \
            koeller koepke koepp koffler koga kogan koger kogut koh kohan kohlmeier kohr kohut kolar kollar kollman \
            kolodziej komar kondo konen konieczny konopka konrad koo koop koopman kopec kopecky kopf korando korey \
            korhonen kori korman kort korte korth kory kosinski kost kostka kott kotter kouba koury kovac koval \
            kovar kowalczyk kowalewski kowalsky koziol kraatz krach krahn kraig krajewski kraker kral krall \
            kratochvil kratzer kravitz krawczyk kreger krehbiel kreider kreitzer krell kreps kresge kreutzer krick \
            kriebel krieg krier kriner kring kristal kristan kristofer kroeker kroger krogman krohn krok krol krom \
            kromer kron krone kroon kropf kropp krouse krout krull krum krumm krupa krupp krystle kubiak kubik \
            kucera kucharski kuebler kuehl kuehner kuester kugler kuhlmann kuiper kujawa kujawski kula kulas kulick \
            kulik kulikowski kull kulp kum kummer kump kung kunze kuo kurland kurth kurz kushner kuss kuster \
            kutcher kuzma kwak kwiatkowski kwok kwong kyla kyler kylie kym kyong kyra kyte kyung kyzer labadie \
            labarbera labarge labarre labat laberge lablanc labombard laborde labounty labrador labriola lacayo \
            lacefield lach lachapelle lacher lacie lack laclair lacoste lacour lacourse lacross lade ladouceur \
            ladson ladue laduke ladwig lady lafave lafayette lafever laffey laffoon lafollette lafon lafond \
            lafontaine laforce laforest laforge lafortune lafreniere lagarde lagasse lage lago lagrange lagrone \
            laguerre laguna lagunas lahey lahti lain lainez lakes lakeshia lakin lal lalli lamanna lamantia \
            lamarche lamarr lamarre lamas lamay lambdin lamberson lamberth lamberton lambeth lambrecht lambright \
            lamere lamkin lammers lamon lamons lamoreaux lamothe lamotte lampert lamphear lamphere lampkins lampley \
            lampman lamson lamy lan lanclos lanctot landau landaverde landgraf landin landman lando landreneau \
            landwehr landy lanford langan langenfeld langevin langhorne langlais langlinais langner langton \
            langworthy lani lanigan lannon lanny lanoue lanphear lansberry lansford lansing lantigua lanz lao lapan \
            lape laperle lapham lapine lapinski laplant lapoint lappin laprade laquita larabee laramie lareau lares \
            largo larimer larimore larios larissa lariviere larmon larocca larocco larock larocque laronda larrick \
            larrison lary lasater laseter lashanda lashawn lashbrook laskey laskowski lasky lass lasseter latch \
            lathan lathem latimore latonia latorre latosha latour latrice latricia latshaw latson lattimer lattin \
            laub laubach lauber lauderdale laufer laughter laureano laureen laurette lauria lauritsen lauritzen \
            laursen laury lauterbach lauver laux lauzon lavalle lavallie laverriere laverty lavery lavina lavine \
            lavon lawhon lawing lawley lax laxton layden layfield laymon lazar lazenby lazzaro leachman leadbetter \
            leader leaf league leaks leaman leamon leandro leanos learned lease leasure leatham leatrice leavell \
            leavens leavy lebaron lebeau lebel leber lebo lebouef lebow lebowitz lechner lechuga leclaire lecroy \
            lecuyer leday leddy lederer lederman ledger ledonne leduc leedom leeds leedy leek leeman leeson leet \
            lefebre lefever leff leffel leffler lefkowitz lefler legaspi legault legendre legere legette legge \
            legler legros lehn lehner lehoux lehto lei leib leif leighty leiker leilani leininger leis leisa leiser \
            leishman leist leister leisure leitch leite leiter leith leitner leiva lema lemaire lemanski lemasters \
            lembo lemelin lemelle lemen leming lemond lemuel len lenahan lenhardt lenhart lenihan lenk lenny lenox \
            lentini leonetti leonhardt leonora leopard leopold leora leos lepe lepley lepore leppert lerch lerman \
            leroux les lesage lesh lesher lesko lesniak lesperance lesser lessman lesure letcher letchworth \
            letellier letendre leto letson lettie leu levan levay leveille levell levenson leventhal lever \
            leverette levering levey levingston levins levis levron lewallen lewellen lewellyn lewter leyba lezama \
            lia liao libbey liberatore liberty licata licht lichtenstein licon lida liddle lieb lieber liedtke \
            lietz lieu lightle lightsey lighty likens lile lilienthal lilla liller lillibridge lillis limones linch \
            linck lindahl lindauer linde lindell lindemann lindenberg linderman lindholm lindo lindsley lindy line \
            lineberger linehan liner lines lingenfelter linger lingerfelt lingle lingo linhart lininger linke \
            linnea linneman linney linnie linquist linscott linsley lint linthicum lintz linzy lipe lipford \
            lipinski lipman lipp lippincott lipps lipsey lipsky lipson liptak lipton lirette liriano lis lise \
            lisenby lisette lish lisi lisk liska lisle liss lissette list liston litchford litherland littell \
            litten litteral littles litwin litz liverman livermore livesay livingstone lizabeth lizarraga lizbeth \
            lizette llanas llanes llanos loaiza loan loar lobato lobb lobdell lobel lobo locascio loch locher \
            lochner locker locklin lockman lockridge lococo loden lodge loe loeb loehr loesch loewen lofgren \
            lofland loflin logston loh lohmann loiselle loken lokey lokken lollar lolley lollis loma loman lomanto \
            lomonaco lon londono lonergan loney longacre longenecker longfellow longino longley longmire longnecker \
            longshore longstreet longwell longworth lonny lonon loo look loop looper loose lopiccolo lopp lopresti \
            lor loranger lore loredo loree lorentz lorentzen lorenza lorenzen lorine loring lorri lorusso lory \
            losada losey losh losoya lossett lotts lotz louann louden louder lough loughlin loughman loughran \
            lounsbury louque louviere loveday lovern lovette lovie lovin lovins lowenstein lowenthal lown lowrance \
            lowrie lowther loyola loza lozier lozoya luanne lubbers lubin luby luc lucchesi lucey lucht luciani \
            lucie lucila lucretia lucus luczak ludlow ludlum ludwick lue luebbert luebke lueck luedtke luellen \
            luera lueras luff luft lui luigi luiz lukas lukasik luken lukens lukes lulu luman lumley lummus \
            lumpkins lumsden lunceford lunde lundeen lundell lundin lundstrom lung lunt luo luoma luongo luper \
            lupien lupton lurie lusby luse lusher lust lustig lute luter lutes luton lyall lybarger lydon lyke \
            lykes lymon lynam lynde lyndon lyndsey lynwood lytton maag maberry mabery mabie mabon mabrey mac \
            macaluso macaulay macedo macek macey macfarlane macha machen machin machuca macie maciejewski macintyre \
            mackin mackinnon maclachlan maclennan maclin macneil macrae macri macy maday maddix maddock maddocks \
            maddy madewell madruga madson maeda maez maffei magallanes magallon magan magda magdalene magdaleno \
            mager magers maggi maginnis maglio maglione magner magness magno magnolia magnus magnusson magoon \
            magwood mah mahaney mahar maheu mahle mahlum mahmood mahmoud mahn mahood mahr mahurin maia maida maiden \
            maillet mailloux maine maines mainor mains maio maiorano mair maisonet maitland maize majeski majewski \
            majorie mak makela maker makin makowski makris malbon malbrough malchow maldanado malec malek maley \
            malia malick malin malissa malizia malkin mallery mallet mallette mallon malm malmberg maloof malott \
            malpass maltby malveaux maly mana manahan mance mancha mancia mancilla manda mandell manders mandeville \
            mandujano maner manes maney manfredi mang mangan mangano mangels manges mangino mangold mangual mangus \
            manhart manigault manis maniscalco manjarrez manke mankin manly manna manners mannings mannion manno \
            manos manrique manriquez manseau mansell manske manthey mantooth mantz manual manus manwaring manz \
            manzanares manzella manzer manzi mao mar maranda marano maranto marasco maravilla marburger marbury \
            marcantel marcantonio marceau marcela marcelina marcell marcelle marcello marcelo marchan marchetti \
            marcial marciano marcil marciniak marconi marcoux marcucci marden mardis maren marenco maresca marez \
            margarette margarito marge margolis marguez mariah mariam mariani mariann marianna marilee marilynn \
            marine marinelli marinello marinez marini mariotti maris mariscal marisela marita marjory markel \
            markert markey markland marko markovich markowitz markowski marlar marlatt marlena marlo marlyn marlys \
            marmol marmolejo marmon marnie marone maroney marotta marple marquart marquerite marques marquette \
            marro marron marrone marrow marrufo marry marsala marsden marshal marshburn marson mart marte martelli \
            martello marten martinek martinelli martinsen martone marts martucci marybeth maryjane marylin marzano \
            mascorro maselli maser mash masi maske maskell mass massaro masse massenburg massengale massengill \
            massingill masson masten master maston mastrangelo mastro mastropietro masuda matamoros matas matchett \
            mateer mathena matheney mathieson matilde matis matranga matsuda matsumoto matsumura matte matteo \
            matter mattera mattern mattes matthes matthias matthies mattia mattice mattis mattocks mattoon matus \
            matzke mauch mauck maud maudie maudlin mauer maughan mauk maul maule maultsby mauney mauriello maurin \
            maurine maury maus maust mauzy maxim maximo maxon maxson maybelle maye mayhall mayhugh mayme mayne \
            maynes maynor mayon mayor maysonet mayton mayville mayweather maziarz mazon mazurek mazzarella \
            mazzariello mazzella mazzeo mazzola mazzone mcadory mcaleer mcalexander mcandrew mcandrews mcanulty \
            mcateer mcauliffe mcbean mcbeth mcbrayer mcbryde mcburney mccaa mccaffery mccaleb mccalla mccammon \
            mccampbell mccane mccardle mccarley mccarroll mccarron mccart mccarver mccarville mccasland mccaughey \
            mccaulley mccaw mccay mcchristian mcclaine mcclaran mcclaskey mcclay mccleery mccleskey mccloy mccluney \
            mcclusky mccoin mccoll mccollister mccollom mccollough mccomb mcconkey mcconville mccourt mccrady \
            mccrae mccraney mccranie mccready mccree mccreery mccreight mccrimmon mccroskey mccroy mccubbin \
            mccullar mccullen mccullers mccullum mccully mccumber mccurley mccusker mcdill mcdole mcdonagh mcdonell \
            mcdorman mcdougald mcdougle mcduff mcduffy mceachin mcelfresh mcelhannon mcelligott mcelrath mcelvain \
            mcelveen mcelwain mcelwee mcelyea mcentee mcentire mcewan mcfaddin mcfalls mcfarren mcfee mcferren \
            mcgaha mcgahan mcgahey mcgann mcgarity mcgarvey mcgary mcgaugh mcgaughey mcgeehan mcgeorge mcghie \
            mcglade mcglone mcglothin mcgoldrick mcgonagle mcgonigal mcgowen mcgrady mcgrail mcgrane mcgray \
            mcgreevy mcgruder mcguffin mcguigan mcgurk mchaney mchone mcilvain mcilwain mcinerney mcinturff \
            mcjunkin mckain mckamey mckechnie mckeehan mckeel mckeen mckelvy mckenny mckernan mckey mckie mckillip \
            mckinnie mckinnis mckinsey mckinstry mckinzie mckissack mckissick mckittrick mckown mclachlan mclamb \
            mclawhorn mclelland mclennan mcleroy mclin mcloud mcloughlin mcmakin mcmanis mcmann mcmartin mcmasters \
            mcmath mcmeans mcmiller mcmillion mcmillon mcmorrow mcmullan mcmunn mcmurry mcmurtry mcnab mcnary \
            mcnatt mcnaughton mcnealy mcnear mcneel mcneeley mcnees mcneese mcneilly mcnelly mcnemar mcnerney \
            mcnett mcnicholas mcnichols mcniel mcninch mcnish mcnitt mcpeek mcpeters mcphearson mcquade mcquaid \
            mcquaig mcquay mcqueary mcquillen mcquiston mcraney mcray mcree mcroberts mcroy mcshan mcshane mcsherry \
            mcspadden mcsweeney mctaggart mcveigh mcvicker mcwhirter meachum meader meadors meadow meads meaghan \
            mealey mealy meaney meany meas mease meaux mebane mechling medders mederos medved meece mehaffey mehl \
            mehta meidinger meighan meigs meikle meiners meinhardt meis meisel meisner meissner mejias mejorado mel \
            melara melby melcher melchior melchor meldrum mele melendrez melendy melgar melgoza meli melia melillo \
            melin melina mellen mellie mellinger mellissa mellor mellott melnick melodie melony melson meltzer \
            melville melvina mendel mendell mendelsohn mendelson mendieta mendiola mendivil mendonca mendosa \
            menefee meng mengel menges menjivar mentzer menzel menzies mera merced mercuri mercy mericle merida \
            merideth meridith meriwether merkle merkley merlino merlo merna merriam merrow mershon merwin merz \
            meserve messerly messersmith messing messinger messmer mesta mestas meta metheny metivier metoyer \
            mettler metzinger meunier meurer meyerson micaela micco miceli michaelis michalak michale michalec \
            michalik micheals michelson michie mickel mickelsen middaugh middendorf middlebrook midgett midgette \
            midgley mielke mier miera miers miesner mifflin migdalia migliore mignone migues mijares mika mikell \
            mikels mikesell mikkelsen mikkelson mikula mila milardo milazzo milbourn milbrandt miler milewski \
            milian militello mill millay millen millender millett millette millhouse millican millikan millikin \
            milliman milliner millington milliron millis millman millner millsaps millwood milone milsap milstead \
            miltenberger mimi mimms min minard minarik minaya minch minchew mincy minder mines ming mingle mingus \
            minh minich minick minix minjares minks minner minnich minnis minto minyard miquel mira mirabal \
            miraglia mire mireya mirian mirna miron miser mishler miskell misner missy misti mistretta mitcham \
            mitten mittie mitton mitts mitzel miura mixson miyamoto miyashiro mizelle mizer mizrahi moak moberg \
            moberly modesto modica modzelewski moffat moffet moffit mogensen mohan mohn moir moise molden \
            moldenhauer mole moler moles molinar molinari molinaro moline molino mollett mollica moloney molter \
            molyneux monarrez moncada moncayo mondor mondy mone monette mong mongillo monico monier monks monn \
            monnier monreal monsen monserrate monsour montag montagna montalto monteiro monteith montejano \
            monteleone montelongo montford monti montijo montz monzo monzon moodie mook mooneyham mooneyhan moor \
            moorefield moores moorhead moorhouse mooring moors moos moose morabito morado morais morano morant \
            moree morefield morejon morell morello morelock morena morency moretti moretz morfin morford morganti \
            morgenstern mori morillo moring moris morison morissette morita mork morlan morman morneau morning \
            morningstar moro morones moroney moronta morphis morrisey morrone mort morvant mosca moscato moshe \
            moshier moskowitz mosquera mosser mossman mosteller mote motes motsinger motta motter motto motyka motz \
            moulder moultry mounce mountain mounts mouser mousseau mouzon mowbray mowen mower mowers mowrer mowrey \
            moyes moylan moyle moynihan mozee mozell mozelle mozingo mraz mroz mrozek mucci mucha mudge muff mui \
            muirhead mukai mulder muldoon muldowney muldrow mule mulford mulhall mulhern mullan mullane mullaney \
            mullenax mullenix mullet mullett mullican mullikin mullings mullinix mulloy mulvaney mulvey mulvihill \
            mumaw mumma mummert munch muncie mund munday mundell munden mundo mundt munford mungia mungo munk munos \
            munsch munsell munsey munz murakami murawski murch murff murguia murley murph murphree murr murrah \
            murrieta murrill murrin murrow murtagh murtha musial musselwhite musso musson mustafa musto mutch \
            mutchler muth mutter myatt myhre myler mynatt myres myriam myricks myrie myrtis mysliwiec myung naber \
            naccarato nace nadel nader nadler nagao nagata nair najar nakagawa nakano nakashima nakayama nakia nale \
            nalls nally nam nanci nannette nanney nantz naples napoli nappi narcisse nardi nardone naron narron \
            nassar nasser natal natali nathalie nathanael nathanial nathanson natoli nau naughton naugle nault \
            nauman naumann navarette navarra navarre navarrette navas nawrocki nay neagle nealey nealon near nease \
            nebeker nebel neblett nedd nedra nee neece neer nees negri negrin neher nehls nehring neidig neihoff \
            neilsen neiman nelligan nellis nemec nena nereida nesler neth netherton nettleton netto netzer neu \
            neufeld neuhaus nevers neves neveu nevin nevins nevitt nevius newberg newbern newbill newbold newborn \
            newburn newbury newcombe newcomer newhall newlin newlon newquist ney niblett nicastro nice nicely \
            nicholes nickelson nickens nicki nicklas nickle nickles nickols nicks nickson nicky nicodemus nicol \
            nicolai nicolette nicoletti nicoll nicosia nida niebuhr niehaus nieman niemann niemeyer nies nigel \
            nightingale nigro niki nikita nila nilda nilles nilsen nilson nimmo nimmons nims nipp nipper nisbet \
            nisbett nishida nishimura nitta nitz niven nivens noack noblitt nocera nock noda noell noga noggle \
            noguera nokes nolasco nold noles nolette nolin nolting noon noone noonkester norberg norberto norby \
            norcross nordberg norden nordin nordman nordquist noren normandin norred norrell norsworthy northington \
            northrop northrup northup nosal noto nott nourse novack novella novello novick novoa nowacki nowakowski \
            noyola nuckolls nuckols nunnery nuno nurse nusbaum nuss nussbaum nuttall nutting nuzzo nyberg nydia \
            nygaard nyman nyquist nystrom oakman oatman obando obanion obannon ober oberlander oberle oberlin \
            oberry oboyle obregon obyrne ocallaghan occhipinti oceguera odaniel oday oddo odea odegaard odette odis \
            odle odoms odonoghue odriscoll oehler oestreich ofarrell officer offutt ogan ogara ogata ogawa ogg \
            ogilvie ogles ogorman ogren ohagan ohalloran ohanlon ohearn ohl ohler ohlson ohman oja okamoto okane \
            okelly olague olander olaughlin old oldaker olden oldenburg oldfield olea olen oles olesen oleson oleta \
            olivar olivarria oliveras oliveri oliverio oliveros olivieri oller ollis olmeda olmo olmsted oloughlin \
            olsson oma oman omeara omer ona oney ono onorato opitz opp oppenheim oppenheimer opperman oralia oram \
            orbison orchard ordaz orduna ordway ore orear orem orenstein organ oritz orlandi orlowski orman orme \
            ormiston ormond ormsby orndorff ornellas orner orona oropeza orpha orrell orris orsini ortegon ortez \
            ortis orval orvis orzechowski osbourn osbourne osby oshaughnessy oshields oshiro osman osmond ospina \
            ostby osterberg osterhout osterman ostler ostlund ostrom ostrowski oswaldo otani otey otha otte otter \
            otterson ottinger ottley ottman otwell ouimet ours outen outland outten ouzts ovalle ovellette overall \
            overbay overbeck overbey overcash overholt overlock overly overturf oviedo owenby owensby ownby \
            oxendine oxley oyama oyer oyola ozment pabst paden padillo padro padua padula pafford pagel pahl paik \
            paille pair paisley paiva paiz pal paladino palafox palazzo palazzolo palen palko palladino palmateer \
            palmatier palmeri palmisano palmquist palomares palombo palos pals pan pancoast pando panek panella \
            pangburn pangle pankratz panos pantano panton paola paolini paolucci papadopoulos papas papenfuss \
            papineau papke papp pappalardo paquet parada paradiso paramore paras pardee parente parikh parise \
            parisien parkerson parkes parkey parkhill parkin parkins parkison parman parmelee parmenter parmley \
            paro parodi parramore parrett parrino parshall partee partington partlow parvin pascal pascale \
            pascarella paschke pasco pascoe pascua pasillas pasko pasley passarelli pasternak pastore pastrana \
            patao patchell patchen patchett patenaude patience patillo patin patnaude patnode paton patricio \
            patridge patt paugh pauli paulin pauling paull pauls paulus pauly pautz pavlik pavon pavone pawlak \
            pawlowski paxson payan payeur paylor paynter payson pearcy pearle pearline pearlman peart peaslee \
            peasley peavey peavler peavy peay pecor pecora pecoraro pedrick pedrosa peed peer peet peete peets pegg \
            peggie pegram peguero pehrson peiffer peirce pelaez pelchat pelfrey pelham pell pellegrin pellegrini \
            pelley pellham pellot peloquin pelt peltz peluso pelzer penaflor penaloza pendarvis pendelton \
            pendergast pendergraft pendergrast pendley peng penick penix penley penman pennebaker penner pennie \
            penniman penning pennock pennypacker penrose penson pentecost penwell people peralez peraza percival \
            perdomo pereda perera pereyra perham perillo perin perine perino perkinson perl perla permenter perna \
            pernell pero perras perrault perreira perrigo perrodin perrotta persons perz pesce pesina peterkin \
            petillo petitt petree petrella petrey petri petrick petrillo petrin petrina petro petrone petrosky \
            petrovich petrucci petrus pettaway pettengill pettey petti pettie petties pettitt pettry pettyjohn \
            petway pew pewitt pfannenstiel pfarr pfeil phair phaneuf phares pharris philbrick philbrook phillippi \
            philomena philpott philson phinney phoenix phu phung phuong phylis phyliss pia piatt pica piccirillo \
            piccolo piche pick pickel pickell pickerel pickles picklesimer pickney pickrell picou pidgeon piedra \
            pier pierro pietrzak pietsch pifer pigford piggott pigott piland pilger pilla pillar pillow pillsbury \
            pilon pinard pincus pinedo pinegar pineiro piner pinero pines pinette ping pinheiro pinion pink pinkard \
            pinkley pinner pinney pinnix pinnock pinon pinter pinzon piotrowski pipes pipkins pippen pippins pirkle \
            pisani pisano piscitelli pitchford pitcock pittard pittenger pitzer pixley pizano pizzo placencia plain \
            plaisance plaisted planas plasencia plaster plata plath platz pleas pleasants pledger plemmons plemons \
            pless pletcher ploof plotkin plott plouffe plum plumlee plunk plyler poarch poch poche poff \
            poffenberger pohlman poitra poitras pokorny polak polansky polen poli polite polito politte polizzi \
            pollak pollitt pollman polo polster polston polzin pomerleau pompa pompey pon ponds pons ponte pontiff \
            pontius ponton pooley poon poor poorman poovey popa popham poplar poplin popovich poppe porath porcaro \
            porch porche porfirio port portia porto portugal portwood posada posner pospisil poss postell postma \
            poteete pothier pottorff potvin pou pough pouliot poulsen poulson pouncy pound pounders powley poyner \
            poythress prada prager prahl prall prange prasad preas preble precious predmore preiss prejean premo \
            prentiss preslar presler presnell press pressler pressman pressnell presson presswood prestridge \
            prestwood prettyman preuss preusser prevatte prewett pricilla prickett pridmore priebe priester \
            priestley prill prim prime primeaux primm primmer primo primus princess principato prindle prine prins \
            printz prinz prioleau priolo prisco pritt pritts privett privette prochaska procopio procter profit \
            profitt prokop prom proper propes propp prosperie proto prout prouty provencal provenzano province \
            prowell prude pruden prudence prudhomme prue pruneda prunty pry pryce przybylski pua pucci puccio \
            puentes puffer puglisi pugsley puig pulaski puleo pullin pullins pullman pullum puls puma punch pung \
            purdie purdom purdue purifoy purington purkey purpura pursel pursell pursley purtell pusey putney putt \
            putz pyatt pyburn pye pylant pyne pyron quach quackenbush quade quam quandt quarterman quast \
            quattlebaum quayle queener quesenberry quesinberry quevedo quijada quijano quill quin quinney quint \
            quintal quintanar quintin quinto quirion quiroga quiros quisenberry quist quon raab raabe raap raasch \
            rabago rabb rabe raber rabideau rabin rabinowitz rabon racette rachal racheal rachell rackers radabaugh \
            radel radke radley rafaela raff raffa raffaele rafter raftery raggs ragin raglin ragusa rahm rahman \
            raiford railey railsback raina rainbolt raine rainer rainville rake raker rakes rakestraw rakowski rall \
            ralls rambert rameriz raminez ramires ramm ramsdell rana ranallo ranck rancourt randa randel randles \
            ranger ranieri rank ranney ransdell ransome rape rapier raposa raposo rapoza rappaport rarick rasberry \
            rasch rasco rascoe rashad rasheed rashid raskin rasnick rast ratchford rath rathburn rather rathjen \
            ratley ratner ratzlaff raub raulston rauscher rawley rawlinson raya raybon rayborn raye rayes rayfield \
            raygoza rayl raymo raymon rayna rayo reach reade reading reagle reale ream reamer reames reaper rearick \
            reason reasoner reasor reay rebeca rebello rech recinos recio reck recker record reda reddin reddington \
            reddish reder redfern redfield redford redick reding redinger redington redondo redrick redus redwine \
            reep reeser reger regis regner regnier rehberg rehkop rehm reiber reichard reichel reichenbach reichman \
            reider reidy reif reiff reiley reilley reily reimann reimers rein reinaldo reiner reinert reinhard \
            reinhold reinoso reiser reisinger reisman reith reliford relyea remaley remer remick remley remmers \
            rempe remy renaldo renard renata renate renato rencher renda render reneau renick renita renken renn \
            rennick rennie renninger renshaw rentas rentschler rentz renwick reny renz renzi repass replogle repp \
            reppert resch resendiz reser resler resnick ressler rester restivo resto restrepo retana retha \
            retherford rethman retta rettig retzlaff reulet reveles revell revels revilla revis rew rexford rexroad \
            reyer reynosa reza rezendes rhames rheaume rhee rhein rhem rhett rhiannon rhine rhode rhoton rhymer \
            rhymes rhynes ribeiro ricard ricca riccardi ricciardi riccio ricco richarson richart riche richelle \
            richer richerson richert richeson richins rickards rickel rickert ricketson rickett ridder riddles \
            ridenhour ridgley riding ridinger ridings ridlon ridout riebe ried rieder riegel rieger riehl riehle \
            rieke riel riemer riendeau rieth rieves riffe rigdon rigg riggio riggle riggleman rikard riker riles \
            rimer rina rine riner rines riney ringgold ringler ringo rink rinker rio rioux rippeon rippey ripple \
            rippy risch riser rish rishel risher risinger risk risley rist ristau rister ritch ritenour riter \
            rittenberry ritzman rivenbark rivenburg river riveria rives rivet riviera rix rizer rizo rizzi rizzuto \
            roa roache roan roane robards robbs robeson robicheaux robidoux robie robillard robitaille robt roca \
            rocheleau rochell rochon rocker rockett rockey rockwood rodden rode roder rodiguez rodrigez rodriguz \
            rodriques roeder roehl roemer roepke roesch roesler roessler rogalski rogan rogerson rogge rogowski \
            rogue rohan rohe rohn rohrbach rohrbaugh rolen roles rolfes roling rolle rollin rolling rollings \
            rollison rollo roloff rolph rolston roma romain romaine romanowski romans romer romig rommel romona \
            romriell rona ronan rondon rone ronk ronning ronny ronquillo rook room roos roosa roose ropp roquemore \
            rorie ros rosalba rosalee rosalez rosalina rosamond rosati rosato rosborough roseanna roseanne roseboro \
            roselli roselyn roseman rosemond rosenbalm rosenberry rosenblatt rosenbloom rosendahl rosenow \
            rosenstein rosenzweig roser rosier rosin rosina rosinski rosita rosner rosol rossetti rossignol \
            rossiter rosso rosson rost rotella roten rothe rothenberg rother rothermel rothrock rothschild rothwell \
            rotter rottman rotz roudebush roughton rouillard rouleau rourke rousey routh routt roux row rowen \
            rowlands rowles rowsey roxana roxane roxann roxanna royall royals royalty roye royse royston rozar \
            rozek rozell ruano ruark rubalcaba rubalcava rubenstein rubie rubinstein rubye ruck ruckman rucks \
            ruddell rudder ruddy rude ruder rudisill rudnick rudolf rueb rueben rueda ruel rueter ruf ruffner rugg \
            ruggeri ruggerio ruggieri ruhland ruis ruley rumbaugh rumble rumfelt rumley rummel rundell rundle \
            runkle runner rupe ruppe rusch rushin rushton rusin rusnak rustin rutan ruthann rutkowski rutt rutz \
            ruybal ruyle ruzicka ryans ryant rybicki ryckman rye ryerson ryland ryles ryman rymer saari saba sabala \
            sabatini sabatino sabb sabbagh sabella sabia sabina sabine sabol sack sacks sade sae saechao saephan \
            saffold sagers said sailer sailor saine sainz sais saito sak sakai sakamoto sal sala salaam saladin \
            saladino salamanca salamone saleem saleh salguero saliba salina salls salmeron salo salome salomon \
            salsbury salters saltsman saltz saltzman salvaggio salvato salvo salzer salzman samara samatha samayoa \
            samford samora sampley samsel samual sancho sande sandefur sandell sanderlin sandford sandidge \
            sandiford sandin sandoz sandridge sandusky sane saner sanfilippo sanger sangster sanjuan sanjuana \
            sanjuanita sanmiguel sanner sano sanon sanor sanroman sansbury sansom sanson sant santangelo santee \
            santibanez santillanes santillo santini santistevan santora santoyo santucci sao sapien sapienza \
            sappington sarabia saragosa saravia sardina sargeant sarno sarratt sarris sartain sartor sartori sarvis \
            sasaki sass sasse sasso satchell saterfiel sather satter satterlee sauers saulsberry saulsbury saulter \
            saulters saum sauter sauve savala savard savarese savell saver saville savino savory sawicki sawin sax \
            say sayer sayler saylors scaggs scaife scala scalia scalise scalzo scannell scarlet scates schaaf \
            schaal schacher schacht schade schaff schaffner schaible schalk schall schank schantz schanz schaper \
            scharf scharff schaub schauer schechter scheel scheele scheerer scheetz scheffel scheffer scheiber \
            scheid scheidt scheller schendel scher schermerhorn scherr scherrer scheuerman schiavo schiavone \
            schiefelbein schiff schiffer schiffman schild schill schillinger schimke schimmel schipper schippers \
            schirmer schiro schisler schlater schleicher schlemmer schlenker schlesinger schley schlichting schloss \
            schmaltz schmalz schmeling schmeltzer schmit schmucker schnabel schneck schnieders schober schoch \
            schock schoenberg schoenberger schoenfeld schoenrock scholten schoolcraft schooler schooley schoonmaker \
            schorr schrack schram schrantz schrecengost schreck schreffler schreier schrimsher schriver schroer \
            schroeter schrom schroth schroyer schrum schrupp schuck schueler schuelke schueller schuette schuetz \
            schuh schuldt schull schuller schultheis schumaker schupp schurman schutt schutte schuyler schwager \
            schwan schwandt schwanke schweiger schweigert schweizer schwenk schwindt schwing sciortino scipio \
            sclafani scoggin scoles scotti scotto scoville scranton scriber scriven scrivner scroggs scuderi scull \
            scurlock scurry sea seaberg seaborn seabrook seabrooks seager seagle seagraves seales sealey seamans \
            seamon seamons searfoss sease seaver seavey seawell seawright sebring sechrist secor secrest secrist \
            seda seddon seder sedgwick sedlacek sedlak seeber seefeldt seelye seeman seery seese seevers segarra \
            segars segers segrest seguin segundo seibel seiber seibold seidl seidman seigler seim seiter selden \
            selders seldon selfridge selig selleck sellman sellner selman selph seltzer selvage selvidge selzer \
            seman semmes semon semple senecal senger senior sensabaugh senter senters seo sepe sequeira sera \
            serafin sergent serio sermons serpa servais servantes service servin sesco session sessums setliff seto \
            setser sever severance severe severin severino severns severs severt sevier sevigny sevin seybert \
            seyler sha shabazz shackleford shad shaddix shadle shadrick shadwick shaeffer shahan shain shaina shake \
            shalonda shamblin shameka shamika shand shanda shani shanley shanon shanta shante shantel shara sharber \
            sharer sharla sharonda sharper sharpless sharpton sharrow sharyn shatley shatzer shaughnessy shaul \
            shavers shawnee shawver shayla shayna shayne shead sheaffer sheahan shealey shear sheard shearin sheats \
            sheckler sheedy sheehy sheeley sheely sheen sheeran sheetz sheffer shehan sheilds sheley shellenbarger \
            shellenberger sheller shelli shellie shellman shelor shen shenk shepardson sheperd shepler shepley sher \
            sherburne sherie sheriff sherita sherley sherrard sherrell sherrer sherrick sherwin shetler shevlin \
            shew shewmaker shibata shick shiela shield shier shiffer shiflet shiflett shih shillings shim shimer \
            shimizu shimp shinault shiner shingleton shinkle shippee shippy shipton shira shire shires shirlene \
            shisler shive shives shoaf shock shoe shofner sholar sholes shon shonda shope shor shorey shortridge \
            shorts shortt shotwell shoulders shoults shover showman shows shreffler shrewsbury shriner shrout \
            shroyer shryock shu shuck shue shuey shufelt shuff shuffler shuford shugart shulman shultis shumake \
            shumpert shunk shurtleff shurtz shute shuttleworth shutts shy sias sibert sica sicard siciliano sickels \
            sickler sickles sid siddiqui siders sidhu sidwell sieben sieber siefert sieg siegfried siegle siegrist \
            siemens siems sievert siewert sifford sifuentes sigala sigel siggers sigman sigmund signorelli sikorski \
            silber silberman silcox silk sill siller silvera silverberg silvernail silvester silvestre silvestri \
            silvis simard simas simcox simek simental simeon simeone simkins simmerman simmers simmonds simoes \
            simoneau simoneaux simonetti simonsen simonton sin sindelar sine sinegal sines sing singley sinha \
            siniard sinkler sinn sinnott sinquefield siple sipos sipp sippel sirianni sirmans sisemore sisler sison \
            sisto sistrunk sitton situ sitz siu six sizer sjogren skalski skates skeens skeete skelley skelly skiba \
            skillern skillings skillman skipworth sklar skoog skow skye slama slane slape slaugh slaven slavens \
            slawson slayden sleeper slemp sletten slezak slick slifer sliger sligh slinkard sliva sloane sloat \
            slocumb sloss slover slowik sluder sluss slusser sly slye smail smalling smartt smathers smead smedley \
            smelley smelser smeltzer smidt smit smither smithey smithwick smoak smolen smotherman smtih smythe \
            snavely snedeker sneller snelling snelson snively snoddy sobel sobers socha soderberg soderlund \
            soderquist sohn sok sokolowski solar solares solari solem soles sollars solley soloman solt soltero \
            soltis soltys solum soluri sommerfield sommerville songer sonnenberg sonntag sons sontag soo soon sorg \
            sorrels sorrentino sosebee sotomayor sottile soucie souder souders soukup soules souliere sours \
            southall souther southwell southwick southwood sova sowa sowards sowder sowders soza spada spadafora \
            spadaro spade spady spaeth spafford spahn spahr span spano sparacino sparling spataro spates speakman \
            specht speciale spector speece speegle speers speicher speidel speier speights speirs speller spells \
            spengler spenser sperber spero speth spicher spieker spielman spier spiers spies spigner spillane \
            spillers spina spindler spinella spink spinner spinney spino spiro spitler spitz spiva splawn spohn \
            spoon spotts spradley spradling spraggins sprankle spratt spray sprayberry sprenger springfield springs \
            sproles sproul spruell spry spurlin spurling spurr spurrier square squier squire sroka staab staats \
            stabile stabler stach stacia stackpole stacks staff stage stagg staggers stagner stahlman stahr \
            stainbrook stair stairs stalcup stalder stalker stall stallcup stalling stallman stalnaker stalter \
            stalvey stam stamant stambaugh stamp stampley stanback stanberry standard standifer standish standridge \
            stanek stang stange stanger stangl stanhope stankiewicz stanko stannard stansel stansell stansfield \
            stapler stapp star starbuck starcher starke starkes starkweather starla starner starns starrett states \
            statler staub staudt stayton stcyr stead steadham stearn stec steck stecker stedman steely steere \
            steeves stefani stefanski steffan steffens steffes steffey stegman stegner stehle steib steiger \
            steigerwald steil steinbach steinbeck steinberger steinfeldt steinhauer steinhoff steinman stell \
            steller stelly stelzer stem stembridge stemple stenberg stender stengel stenger stennett stennis \
            stenson stephany stephenie stepney steppe steptoe sterns sterrett stetler stetson stever steverson \
            steves steveson stgeorge stice stich stickel stickland stickler stickles stickley stiefel stier stiff \
            stigall stiger stiller stillings stills stilson stimpson stimson stinchcomb stiner stines stingley \
            stipe stirling stiver stivers stjean stlaurent stmartin stockard stockdale stocking stockstill stodola \
            stoehr stoffel stogner stokely stokley stolle stoller stollings stolp stolte stoltenberg stolz \
            stonebraker stoneburner stonecipher stoneking stoneman stoney stookey stops storch storie stork stormer \
            storrs stotler stoudt stough stoughton stpeter strachan strack stradford stradley strahan straka \
            straker straley strang strasser strauch straughter straus strausbaugh strauser straw strawbridge \
            strawser strayer strayhorn streater strecker streetman streets streicher streit stricker striegel \
            strine stringfield stringham striplin stripling stroble strock strode strohl strohm stromain strope \
            strothers stroupe strouse strout strouth strozier strub strum struthers stryker stthomas stuber stuck \
            stucker stucky studdard studebaker studley stukes stults stumbaugh sturdevant sturges sturtevant sturtz \
            stutes stutler stutts stutz styer styers styron suazo suda sugg suhr suits suitt suk sultan sumler \
            sumlin summerall summerfield summey summy sumter sund sunday sunderman sundquist suniga sunny sunseri \
            sunshine super surette surles surrett susannah sustaita sutcliffe suter sutera sutliff sutterfield \
            suttle suzan suzanna svendsen svoboda swader swallow swaney swanger swanigan swanner swarey swart \
            swarthout swarts swartwood swasey swatzell swayne swayze swearengin sweatman sweeny sweeten sweeting \
            sweetman sweitzer swensen swick swider swiderski swigart swigert swihart swilley swim swims swindler \
            swinehart swiney swinford swing swingle swinson swint swoboda swofford swoope swopes sword swords \
            sydnor sydow syed sykora sylva sylvain sylvestre symonds symons synder syverson szeto tabares tabarez \
            tabron tack tacker tackitt tad tadlock taff tafolla tague tai taing takacs talamantes talamantez \
            talarico talavera taliaferro talkington tall tallant tally talmadge talmage talton talty tamela tammaro \
            tamplin tamura tana tandy tanguay tanksley tann tanna tannehill tannenbaum tanouye tansey tant tao \
            taormina taplin tapper tapscott tarantino taranto tarbell tarbox tardif tardy tarin tarkington tarleton \
            tarnowski tarpley tarrance tarry tart tartaglia tarter tartt tarvin tarwater taryn tash tasker tassone \
            tatham tatiana tatman tatom taub taube tauber taul taulbee taunton tavarez tavera tawana tawanda tawney \
            tawnya tay tea teachout teasley tebo tedeschi tedford tedrow tee teed teegarden teems teena teeple teer \
            teeters teets tefft teitelbaum telford teller telles tellier tellis temme templeman temples templin \
            tena teneyck tengan tennille tennison teodoro tepper tera teran terese teresita teressa terhune \
            terpstra terranova terrio terrones terwilliger teske tess tessie tessier tester testerman teston teter \
            tetrault tevis tewksbury tews texeira thach thad thaler thanh thea theberge theda thedford theiss \
            thelen theobald theodora theroux thetford theus thibodaux thiede thiele thiessen thill thole thoman \
            thomasson thome thoms thor thoreson thornberry thornell thornley thornsberry thorsen thrailkill thrall \
            threadgill threatt threet threlkeld thresher thrift throckmorton throop thrush thu thurlow thuy tiana \
            tiano tiara tibbits tibbitts tichenor tickle tidd tiedeman tiedemann tieman tiemann tiernan tierra \
            tietjen tiffani tiffanie tiger tiggs tigner tignor tilford tilghman till tillett tillison tillmon \
            tillson tilly tilman tilson timko timmer timmins timpson tims tinch tindal tindell tindle tineo tiner \
            tingley tinkham tinkle tinnin tinoco tipler tippett tipps tirrell titcomb titsworth tittle tobar tober \
            tobler tocco tod todaro tokarz tolan toland tolar toles toll tolle tollefson toller tolleson tollett \
            tollison toman tomasa tomasini tomaszewski tomberlin tomblin tomczak tomeka tomes tomita tomko tompson \
            ton tondreau tone tonja tonkin tonn toohey tookes toomer toon toone toothaker toothman tope topete topp \
            topper topping topps torain torbert torbett tores torian toribio torkelson torpey torrance torre tosh \
            tosha tostado touchet touchette touchstone toupin toups tourville tousignant tow towe towell towers \
            towery towler towles town townley townsel townsley townson towry toya tozier trader trafton trail \
            trainer tramel trammel trang trapani traub trautman traver traverso trawick traxler traynor treadaway \
            trego tregre treiber tremaine trembley tremper trena trepanier tresa tressa tressler treva trevizo trew \
            trexler trey triana triche triggs trim trimm trimmer trinkle trish trisler trista tritt trivett \
            trivette troche trogdon troia troiano trojan trojanowski trollinger trombetta trombly troncoso \
            trosclair trosper trost trotta trottier troup troutt trower troxel troxell troxler truby trudel trudell \
            trueblood truelove trueman truesdell truett truex truluck trumbauer trumble trumbo trumbull trump truss \
            trusty tryon tsan tsang tsao tschida tseng tso tuan tuel tufts tuller tulley tullis tullos tuma tumlin \
            tune tung tunney tuohy tupper turberville turbeville turcios turco turek turnipseed turpen tusing \
            tussey tuten tuthill tutor tutt twedt tweed tweedy twigg twiggs twilley twitchell twitty twombly twomey \
            twyla twyman tyer tylor tynan tynes tyra tyre tyron tyus uchida uecker ugalde ugarte uhl uhlig ulibarri \
            ullery ullman ullrich ulm ulrey umana umberger umstead una ung ungar unknow unrein unzueta updegraff \
            updike upham upson urbanek urbaniak urbano urbanski uren ureno uresti uriarte urich urick urrutia urso \
            uselton usrey usry utecht utsey utt utterback utz vacca vada vaden vadnais valasquez valazquez \
            valdovinos vale valentina valenza valera valero valery valez vallecillo vallee vallejos vallery \
            valletta vallie valliere vallo vallone valorie valtierra valvo vanallen vanalstyne vanarsdale vanatta \
            vanauken vanbrunt vancamp vancleave vandegrift vandemark vandenbosch vanderbilt vanderburg vanderford \
            vandergriff vanderhoff vanderhoof vandermark vandervort vandeusen vandeventer vandoren vandorn vandyne \
            vanegas vanek vanetten vanfleet vangilder vangorder vanguilder vangundy vanhook vanhorne vanhoy vanish \
            vankirk vanlandingham vanleer vanleuven vanmatre vannatta vannatter vanness vannest vannorman vannote \
            vansant vanscoy vanscyoc vanslyke vantassel vanvalkenburg vanwagenen vanwagoner vanwingerden vanwormer \
            vanwyk vanzandt vanzant vara varghese varley varnado varnell varnum vasbinder vasques vass vassallo \
            vassar vasser vath vaugh vavra vaz veale veasey veasley veatch veazey vecchio veda vedder vegas veiga \
            veit veitch veith velazco velda vella veloz veltri vena venessa veney venezia venice venita venne \
            venters ventimiglia vento venuti ver veras vercher verda verde verdell verdi vereen vergie verla \
            vernell verner vernice verona verret verrett verrill versace verville vesely vesey vess vessels vesta \
            vester vezina viator vibbert vicini vickey vicknair vickrey victorino victory vidales vidaurri vides \
            vidrio viens viers vigna vigue vikki vila viles villacorta villafane villalba villalon villalta \
            villalvazo villani villanveva villar villatoro villeda villela villeneuve villicana villines vina \
            vincenzo vinci vine vinton vinyard violeta violette viramontes virgen virgilio virgin virgina visconti \
            visser vitagliano vital vitela vitiello vivanco viveiros viverette viveros viviana viviano vivier \
            vizcaino vizcarra vizcarrondo voegele voelker vogan vogelsang vogl vogler voight volker volkert volkman \
            voll von vong voorhies voris vos vosburg vosburgh vose votaw vowell vowels voyles vrabel vreeland \
            vroman vrooman vuong wachtel wacker wada waddington waddy wadkins wadlington wafer wafford wagaman \
            wagar wager wagers waggener wagnon wagstaff waguespack wai waid wainscott wait waiters wake wakeland \
            wakeman walborn walburn walck walcott walczak wald waldrep waldroup waldrup waldschmidt walk walko \
            walkowiak walkup walla wallach walley wallick wallner wally walmsley walraven walser walt walthall \
            waltman waltrip wamsley wan wanamaker wann wannamaker wanner wansley warburton wardell wardlaw wardle \
            wardlow wareham warf warfel warford wargo wark warkentin warlick warman warne warnick warnke warr \
            warriner warrior warthen wash washam washer wasilewski wasinger wason wass wasser watchman waterbury \
            waterfield waterhouse wathen watkin watley watlington wax waxman wayland waylon waymire wayt weakley \
            wear weatherall weatherholt weatherwax webre wechsler wedding weddington wedel wedge wedgeworth wee \
            weeden weedman weekes weese weesner wegener wegman wehmeyer wehner wehr wehrle wei weibel weidler \
            weidman weigand weight weigle weikel wein weinberger weingarten weingartner weinman weinmann weinstock \
            weintraub weisberg weisgerber weishaar weisinger weisman weisner weisser weissinger weissman weist \
            weisz weitz weitzel weitzman welcher welcome weldy welk welke well wellborn welling welliver welsch \
            welter wen wendland wendler wendling wenner wentzel wenz werth werts wes wesner wesolowski wessels \
            westberg westberry westbury westendorf westerberg westerfield westerlund western westervelt westfield \
            westgate westhoff westlake westley westling westlund westman westra westrick wetherbee wetherby \
            wetherell wetherington wethington wetter wetzler wexler weyand weyant weyer weymouth whang wheelock \
            whelchel wheless wherry whetsel whetzel whicker whidden whiddon whigham whipkey whisenant whisenhunt \
            whisler whisman whisnant whistler whitbeck whitby whitcher whitchurch whiteaker whitefield whitehair \
            whitehill whitehorn whiteley whitely whiten whitesel whitesell whitesides whitham whitis whitlatch \
            whitmarsh whitner whitsett whittenburg whittier whittingham whitton whitty whobrey wible wickersham \
            wickline wicklund wickman wickstrom wideman widener widger widman widmer widner wiebe wiechmann \
            wieczorek wiedeman wiedman wiens wier wiersma wiesner wiest wiggin wigginton wiggs wightman wigington \
            wigley wike wilbourn wilcoxen wilcoxon wilcoxson wildermuth wildes wilds wile wilham wilhelmina wilhoit \
            wilhoite wiliams wilk wilken wilker wilkey wilkin willaims willams willbanks willcox wille willeford \
            willems willer willhite willia willian willilams willison willits willman willmon willsey willy wilmes \
            wilmore wilner wilsey wiltse wiltshire wiltz wimbish wimbley wimbush wimer winans winborne winburn \
            winbush winders windle windley windom windy wine winebarger winebrenner winegar winer wines winford \
            winfree wingert winget wingler wininger wink winkel winkelman winkfield winkle winkleman winkles \
            winland winnett winnifred winningham winona winsett winship winsor wint wire wireman wirt wirtz wiser \
            wishart wisner wisneski witherell witherington witman witmer witten wittig wittman wittmer wittrock \
            witty witzel wix wixom wojciechowski wojtowicz wolak wolbert wolfenbarger wolfgang wolfgram wolfram \
            wolfson wolk wolken woll wolter wolters wolverton womac wommack won woodberry woodburn woodby woodell \
            woodfin woodham woodie wooding woodmansee woodrum woodside woodyard woolbright woolery woolfolk \
            woolford woolridge woolum woolverton woosley wooster wooton wootton worcester work works worm wormley \
            worrall worsley worthey worthley wotring wrigley wrobel wroblewski wroten wuest wulf wulff wunder \
            wunderlich wunsch wurm wurst wurster wurth wyble wycoff wydra wygant wyllie wymer wymore wynkoop wynter \
            wyse wysong wyss xie xiomara yadira yaeger yagi yale yamaguchi yamasaki yamashita yandell yanes yao yap \
            yarber yarbro yard yardley yarger yarnell yasmin yawn ybanez yearby yearwood yeary yeates yedinak yeh \
            yeldell yelle yelton yelverton yen yeoman yeomans yepez yerby yerger yerkes yetter yeung yim yin ying \
            yingst yip yoakum yockey yocom yohe yokley yokota yokoyama yokum yolonda yon yonker yopp yorke yoshiko \
            yoshioka yother you younce youngberg youngman youngquist younker younkin younts yow yowell yuan yuhas \
            yun yung yunker yutzy zabala zabel zacarias zachariah zacharias zackary zackery zager zajac zajicek zak \
            zakrzewski zaleski zalewski zamarripa zambrana zamorano zander zanders zang zank zapien zastrow zawacki \
            zazueta zebrowski zehnder zehner zehr zeiger zeitler zeitz zeledon zell zellers zellmer zellner zeman \
            zena zenaida zendejas zeno zenon zerangue zerbe zeringue zermeno zhao zheng zhou zhu zick ziebarth \
            zielke ziemba ziemer zigler zinke ziolkowski zirkle zita zito zoe zoeller zoila zola zoll zoller \
            zollinger zona zoraida zorn zubia zucker zuckerman zuehlke zukowski zullo zumwalt zurcher zurita zwick \
            zwilling zylstra
            """
        ),
        (
            2,
            """
            adaline adelia adella adelle adina adria adrien adriene agueda agustina akiko albertha albertina aleida \
            alejandrina alena alethea alethia alexia alia alica alida alise alishia alisia aliza alla alline allyn \
            almeta altha alvera alycia alyse alysha alysia amada amina ammie anastacia andera anette angele \
            angelena angelic angelika angella anika anitra anjanette annabell annalee annalisa annamae anneliese \
            annice antonietta antonina anya apryl aracelis arcelia ardell ardella ariane arianna arielle arla \
            arlena arletta arlette armanda arminda arnetta arnita arvilla asha ashli ashlie ashlyn asley assunta \
            audrea audry augustina aundrea aurea avelina avril awilda ayana ayanna ayesha azucena babara babette \
            bari beckie belia berenice berna berneice bernetta bethann betsey bev beverlee billye birgit blondell \
            bobbye bok bong branda brande brandee breanne brigid brigida britany britni brittni bronwyn bruna \
            brunilda brynn buena bula calandra camelia cami cammie candance candie candis candyce carisa carlee \
            carletta carli carlie carlota carlyn carma carmelina carolann carolin carolyne carolynn carri carry \
            casie cassey cassi catarina cathi cecila cecily celena celestina celine chae chana chante chantell \
            chantelle charise charissa charolette chaya cherise cherish cherri cherryl cheryll cheyenne chia china \
            christeen christena christene christiane ciara cicely ciera cierra cinda cira claribel clarine clarita \
            clementina clemmie cleopatra cleora cleta clotilde conception concha conchita consuela corazon cordia \
            cordie corene coretta corie corrina criselda crissy crista cristen cristi cristie cristin cyndi cythia \
            dagmar dahlia daine dalene dalila danae dania danica danika dannette dannielle danuta danyelle daphine \
            darcey darcie darline davida davina dawne dayle deandra deb debbi debbra debroah dede dedra deeann deja \
            delaine delicia delinda delora delpha delta demetra demetrice denese denisha denita dennise desirae \
            desire detra devona devorah diedra diedre digna dimple dione dionna doloris domenica domonique donetta \
            donya dorathy doria dorine dorotha dorthea dot dreama drema drucilla drusilla dyan earlean earleen \
            eartha eboni echo eda edda edelmira edris elana elanor elayne eldora eleanora elease eleni elenora \
            elfriede eliana elicia elizbeth ellena elly ellyn elmira elna elodia elois elvera elvie elvina elza ema \
            emelda emelia emerald emiko emilee emmie emmy emogene enedina eneida enola epifania erinn erlene erline \
            ermelinda erminia esta ethelene ethelyn ethyl eugenie evalyn evelia evelin evelina evelyne exie fae \
            fairy faustina felica felisa fernanda ferne fiona flavia florencia florene florentina floretta floria \
            florinda francie francina frederica fredericka fredia freeda fumiko gala gaylene gaynell gearldine \
            genie genna gennie georgene georgetta georgine geralyn gertha gertrud gia gigi giovanna gisele gladis \
            glendora glennie glennis glinda glynda gretta gudrun gwenda hae halina hana hanh hannelore harmony \
            hedwig hedy henriette hermina hermine herta hettie hilaria hildegarde hilma hiroko hortensia hue hulda \
            huong hyacinth hye idalia iesha ignacia ilana ilda iliana illa ilona iluminada indira inell ingeborg \
            inger inocencia irena irina irmgard isaura isela isidra isis ivana jacalyn jacinta jackeline jacki \
            jacqualine jacquelyne jacquelynn jacquiline jacqulyn jadwiga jaleesa jammie janae janay janene janessa \
            janeth janett janetta janise janita jaunita jaye jazmin jazmine jeanene jenell jenette jeni jenice \
            jenine jenise jennefer jenniffer jeraldine jerilyn jesenia jessenia jessi jesusa jettie jina joana \
            jodee joeann joella joetta johana johnetta joi jolanda joline jolynn jona jonell jonelle jong jonna \
            joselyn joya julee juliane juliann julienne julieta julissa junita jutta kacey kaci kacie kacy kai \
            kandace kandi kandice kandra kandy karan karey karie karine karleen karlene karmen karri karry kary \
            karyl kasandra kasie kassie kathaleen katharina kathe katherin kathern kathey kathlene kathlyn kathryne \
            kathyrn kati katia katlyn katrice kattie kaylee kayleen kayleigh kaylene kazuko kecia keesha keiko keli \
            kelle kellee kellye kelsie kena kendal kenisha kenyatta kenyetta kiana kiara kiera kiesha kimberely \
            kimberli kimberlie kimbery kimiko kina kindra kirstin kizzie kizzy kourtney krishna kristel kristian \
            kristyn krysta krystyna kylee kymberly laci laila lala lamonica lanell lanette lanie lanita larae \
            laraine larhonda larisa larita lasandra lashunda latashia latesha latia laticia latina latoria latrina \
            launa laure laurene laurice laurine lavada lavera laverna lavette lavinia lavonda lavonia lawana \
            lawanna layla lean leana leandra leatha leda leeanna leeanne leesa leighann lelah lenna lennie leonarda \
            leonie leonila leonore lera lesia leslee lesli letty lexie lezlie liana liane librada ligia lili \
            linette linh lisbeth lisha lissa lita livia loida loni lonna loreen lorelei lorette loria loriann \
            lorinda lorretta louanne loura louvenia lovella loyce luana luci luciana lucienne lucina lucrecia ludie \
            luise lupita lurline luvenia lyla lyndsay lynell lynelle lynsey machelle madaline madalyn madie madlyn \
            maegan magaly magaret magdalen magen maile maira maire malena malika malisa mallie mammie many \
            marceline margareta margarete margarett margaretta margarite margart margeret marget margit margorie \
            marguerita margurite maribeth mariel mariela marilou marilu markita marlana marleen marlen marna marni \
            marquetta marth marya maryalice maryam maryjo maryland marylee marylyn masako mathilda mathilde maybell \
            mazie mechelle meg meggan meghann melaine melany melissia melonie melynda meri merilyn merlene merri \
            meryl micha micheline michiko micki mickie miguelina mikki milagro milissa milly mindi minna mireille \
            mirta mirtha miss modesta moira monet mozella myong myrle myrtice myrtie nada nakisha nakita nana \
            nancie naoma narcisa natosha nelia nelida nella nelle neoma nerissa nery neta nga ngoc nia nichelle \
            nickie nickole nicolasa nicolle nidia nikia nikole nilsa ninfa noelia noella noma norah norene norine \
            nyla obdulia ocie oda odilia olympia omega oneida ossie otilia ouida ozella pamelia pamella pandora \
            particia patria patrina pauletta pearlene penni piedad pinkie pok porsha qiana queenie quiana rachele \
            racquel raeann ramonita ranae randee rasheeda rashida raylene reatha rebbeca rebbecca regena regenia \
            regine reiko remedios renea renetta renna rikki rima risa riva rochel rolanda romana romelia roni ronna \
            ronni rosaline rosalva rosana rosann rosaria rosaura roselle rosette rosia rossie rozella rubi rufina \
            sabra sachiko salena samira sanda sanora santina saran sari sarina sarita sau savanna sebrina selene \
            serina shae shakira shala shan shandra shaneka shanell shanelle shanice shanika shanita shannan \
            shantell sharee sharen sharita sharleen sharyl shasta shaunna shavon shavonne shawana shawanda shawnda \
            shawnna sheilah shela shelba shemika shena shenita sherill sherilyn sherly sherlyn sheron sherril \
            sherryl shery shiloh shirlee shirleen shirly shona shonna shoshana sibyl signe sigrid silvana sima \
            simona sina sindy siobhan slyvia solange somer sook soraya stefania steffanie stephaine stephane \
            stephani stephine stormy sudie sueann suellen susann suzann suzie suzy syble synthia syreeta tabetha \
            takisha talia talisha talitha tamala tamar tamatha tameika tamekia tamesha tamica tamie tamiko tammara \
            tanesha tangela tanika tanja tarah tarsha tashia tawanna tawny tegan temeka tenisha tennie teodora \
            tequila tereasa terresa tesha thalia theola theresia thersa thi thomasina thomasine thresa tianna tien \
            tiesha tiffiny tiny tisa tish tomika tomoko tonda tonie torri torrie toshiko towanda tracee tressie \
            trinity trudi trudie trula tuyet twana tyesha usha valda valeri valrie vanda vanesa vanetta vanita \
            vannessa velia velva velvet veola verdie verena verlene verlie vernetta vernia vernie vernita versie \
            veta vicenta vincenza vinnie viva vivan vivien vivienne vonnie waltraud wanita willene williemae willow \
            wonda wynona xiao yanira yetta yoko yolande yolando yuk yuki yukiko yuko zaida zana zandra zenobia zina \
            zofia zonia zora zula zulema zulma
            """
        ),
        (
            1,
            """
            aaberg aaby aadland aagaard aakre aaland aalbers aalderink aalund aamodt aamot aanderud aanenson \
            aanerud aarant aardema aarestad aarhus aaronson aarsvold aas aasby aase aavang abadi abair abaja \
            abajian abalos abaloz abar abare abascal abasta abati abatiell abato abatti abaunza abaya abbadessa \
            abbamonte abbasi abbassi abbatiello abbay abbe abbed abbenante abbinanti abbington abbitt abbot abboud \
            abbruzzese abbs abdalla abdel abdelal abdelaziz abdeldayen abdelhamid abdella abdelmuti abdelrahman \
            abdelwahed abdi abdin abdon abdool abdou abdula abdulaziz abdulkarim abdulla abdullai abdulmateen \
            abdulmuniem abdur abeb abed abedelah abedi abee abegg abeita abela abelar abelardo abele abeles abella \
            abellera abelman abeln abelson aben abend abendroth aber abercombie aberle abernatha aberson abes abeta \
            abete abetrani abide abigantus abila abilay abild abilez abina abington abitong abke abkemeier ablang \
            ablao ableman abler ablin abling abnet abo abolafia abolt abood aboshihata aboud aboudi aboulahoud \
            aboulissan abousaleh aboytes abplanalp abrachinsky abrahamian abrahamsen abramek abramian abramoff \
            abramov abramovich abramovitz abramowski abrantes abreau abrecht abrell abreo abrev abrew abrey abrial \
            abriola abrom abruzzese abruzzino abruzzo absalon abshear abshier abson abt abts abu abuaita abubakr \
            abud abuel abugn abuhl abundis abundiz aburto abusufait acal acampora accala accardi accardo accetta \
            accetturo accola accomando accornero accosta accurso ace acebedo acebo acedo acee aceituno acencio \
            aceret acerno acero acerra aceto aceuedo acevado aceveda acey acfalle achane ache acheampong achee \
            achekian achille achilles achin achor achord achorn achter achterhof achzet achziger acierno acimovic \
            ack ackah acken ackerley ackerly ackers ackert ackies ackins ackison ackiss ackland acklen ackmann \
            ackroyd acly acoba acocella acock acoff acor acorda acors acosto acothley acquaviva acquilla acre acrey \
            acri acron actis acy adachi adalja adamaitis adamcik adamczak adamec adami adamiak adamik adamis \
            adamitis adamos adamowski adamsen adamsky adamsonis adamyan adank adas adauto adaway aday addair addams \
            addario addeo adderley adderly addesso addicks addiego addleman addo adduci ade adebisi adee adel \
            adelblue adelgren adelizzi adelmann adelmund adels adelsberg adelsperger adelstein adema adens ader \
            aderhold aderholdt aderman aderson ades adessa adesso adey adeyemo adham adhami adi adib adickes adie \
            adil adinolfi adjei adjutant adkerson adkin adlam adle adleman adley adling adloff admas admire adner \
            adney adolf adolfson adolphe adolphsen adolphson adolphus adomaitis adon adonis adragna adriance \
            adriano adrid adrion adrovel adside adsit adu aduddell adule adwell ady adzhabakyan aegerter aeillo \
            aeling aemmer aerni aerts aery aeschbacher aeschliman aeschlimann afable afalava afan afanador affagato \
            affeld affelt affeltranger affleck afflick affolter affronti aflalo afoa afonso africa afshar afshari \
            afurong afzal agamao agans agard agbayani agbisit agcaoili age ageboi agel agemy agena agent agers \
            agerter agerton aggarwal aggas aggers agib agilar agins agle agler agliam agne agnelli agnello agner \
            agney agni agnor agoff agonoy agor agoras agoro agosta agosti agostinelli agostino agpaoa agramonte \
            agrawal agre agreda agredano agrela agresta agreste agresti agresto agricola agriesti agrios agro agron \
            agtarap aguada aguado aguallo aguas agudelo agudo aguele aguiler aguillar aguillard aguillera aguillon \
            aguinaga aguiniga aguino aguire agular aguliar agumga agundez agunos agurs agustine agustino agyeman \
            ahal ahalt aharon aharoni aharonof ahaus aherns ahhee ahia ahimud ahlberg ahlborn ahlbrecht ahle \
            ahlemeyer ahler ahles ahlf ahlfield ahlgren ahlheim ahlin ahlm ahlman ahlo ahlquist ahlstedt ahluwalia \
            ahmadi ahmann ahmau ahne ahnell aholt ahonen ahr ahrendes ahrends ahrendt ahrenholtz ahrenholz \
            ahrenstorff ahrent ahrns ahsan ahsing ahuja ahuna ahyet ahyou aiava aicklen aid aidt aievoli aigner \
            aihara aikey aikins aikman ailes ailey ailiff aills ailor ailshire ailstock ailsworth ailts aimbez \
            aimone aina aines ainge aini ainley ainscough ainsley ainslie aiola aiona aipopo aiporlani aipperspach \
            aird airhart airington airola airth aispuro aita aitcheson aitchison aites aitkin aitkins aiton aiu \
            aiudi aiuto aivao aiyer ajani ajasin ajayi ajello ajoku ajose akahi akal akamine akamiro akana akande \
            akapo akard akau akawanzie akbari akel akemon aken akerley akerman akerson akery akes akey akhand \
            akhavan akhtar aki akiereisen akim akima akimseu akinrefon akinyooye akiona akiyama akkerman akles \
            akley akmal ako akoni akpan akram akre akright aksamit aksoy akuchie akuna akwei ala alacano alagna \
            alai alaibilla alalem alambar alameida alamia alamilla alamillo alamin alamos alampi aland alanko alano \
            alapai alar alarcone alarid alarie alario alas alatosse alattar alavi alawdi alaya albach albair \
            albaladejo albanez albang albani albany albarazi albares albarez albarracin albe albea albelo alben \
            alberda alberding alberg albergotti alberico albero alberro alberry alberson alberthal alberti \
            albertini albertsen albery albini albiston albor alborn albornoz albracht albrashi albrekht albriton \
            albrittain albrough albu albus alby alcaide alcalde alcantas alcaoa alce alcide alcina alcine alcini \
            alcivar alcombright alcon alconcel alcorta alcoser alcosiba aldaba aldama aldapa aldape aldarondo aldas \
            aldava aldaz aldecoa alderfer alderink alderton aldi aldinger aldonza aldous aldred aldredge aldrege \
            aldrete aldrige aldrow aldworth alea alecca aleem aleff alegar alegi alegre aleizar alejandrez alekna \
            aleksey alemany alen aleo alepin alequin aler alert alerte ales alesci alescio alesi alesna \
            alessandrini alessandro alessandroni alesse alessio alevedo alevras alewine alexader alexaki alexakis \
            alexanders alexandropoul alexanian alexender alexidor alexion alexiou alexnder alexopoulos alexy \
            alexzander aley aleyandrez alf alfandre alfera alferez alfero alff alfieri alfiero alfisi alfonsi \
            alfreds alfrey alfson alge algee algeo alghamdi algien algier algire algood alguire alhaddad alhambra \
            alhameed alhusseini aliaga aliano alias aliberti alibozek alicandro alicer alicuben alie alier alig \
            alim aliment alimento alimo alioto aliotta alipio alire alires alirez alisauskas alizadeh aljemal \
            alkana alkbsh alkema alken alkins all allaband allabaugh allah allam allaman allamon allamong allanson \
            allara allateef allaway allbee allbert allbones allbritten allcock allcorn allday allder allebach \
            allegood allegre allegretta allegretti allegrini allegrucci allemand allemond allenbach allenbaugh \
            allenbrand allende allendorf allenson allensworth aller allerman allers allerton alleruzzo allery alles \
            alleshouse allessi allessio alleva allevato allex allford allgaeuer allgaier allgeier allgeyer allgier \
            allgire allhands alli alliance alliman allin allinder allinger allington allio alliston allmand allmond \
            allnutt allocca allocco allon allor allphin allridge alls allsbrook allsbrooks allscheid allston \
            allstott allton alltop allum allvin allwardt allwood ally allyne almada almajhoub alman almand almaras \
            almarez almario almarza almas almasi alme almen almenar almengor almerico almestica almeter almeyda \
            almgren almiron almodova almos almquist almstead almsteadt almy alnas alnoor alnutt alo aloan aloe aloi \
            aloia aloisi alonge alonza alosa alosta alouf aloy alpaugh alper alperin alpern alpers alpheaus alpis \
            alpizar alquesta alquicira alquijay alquisira alrais alred alrich alrod alsandor alsaqri alsberry \
            alsbrook alsbrooks alsbury alsdon alsheimer alshouse alsina alsing alsip alsman alsobrook alsobrooks \
            alson alspach alspaugh alstad alstott alstrom altadonna altamiruno altaras altavilla altemus altenbach \
            altenburg altenhofen alteri alterio alterman altermatt altes altew althaus althauser altheimer althiser \
            althouse altic altice altidor altier altiery altig altimus altken altmann altmark altmiller altmire \
            alto altobell altobelli altobello altomare altomari altomonte altonen altop altreche altringer altro \
            altrogge altschuler altshuler altsisi altstatt altum altvater altwies alty alu aluarado aluarez aluise \
            alukonis alumbaugh alummoottil aluqdah alvacado alvalle alvanas alvanez alvara alvarengo alvarracin \
            alvarran alvear alvelo alven alverado alveraz alverest alverio alvernaz alvero alvez alvia alviar \
            alvidrez alvine alvino alvira alvirez alviso alvizo alvorez alwan alwang alward alwardt alway alwazan \
            alwin alwine aly alyea alzaga alzate alzugaray amabile amacher amack amacker amadeo amadi amadio amadon \
            amailla amalfitano amalong amancio amano amante amanza amara amarante amargo amari amarian amarillas \
            amas amason amass amat amati amauty amavisca amazan ambagis ambeau amberg ambers amberson ambert amble \
            amboise amboree amborn ambres ambrister ambrogi ambrosia ambrosini ambrosio ambrosius ambrosone ambroz \
            ambroziak ambuehl amburgy amburn amdahl amderson amedeo amedro ameduri ameen ameigh amejorado amel \
            amela amelang ameling amelio amell amelung amemiya amenta amentler amento amer american amerine amerio \
            amerman amero amert amesbury amescua amesquieto amesquita amezaga amici amicone amidei amidi amigo \
            amigon amill amini aminov amiot amir amirault amiri amirian amisano amison amistadi amistoso amith \
            amlin ammann ammar ammer ammirata ammirati ammirato ammonds amo amoa amoah amoako amodei amodeo amodio \
            amodt amoe amolsch amonette amons amor amorello amores amoriello amorim amorin amormino amoros amorose \
            amorosi amoruso amory amoss amott amour amous amparan amphy ampy amr amrein amrhein amrich amrine \
            amsbaugh amsberry amsdell amsden amsili amsinger amsler amsley amspaugh amspoker amstein amster \
            amsterdam amstrong amstutz amtower amunrud amuso amweg amyot amyotte amys amyx anable anacker anadio \
            anagnos anagnost anagnostou anakalea analla anand anania ananias anasagasti anast anastacio anastas \
            anastasi anastasiades anastasio anastos anauo anawalt anawaty ancalade ancar ancel ancelet ancell \
            anchors ancic ancira anciso ancona ancrum anctil ancy anda andalora andary andaverde andaya andebe \
            andel andelman ander anderberg andere anderegg anderholm anderl anderlik anderman anderon andersson \
            anderst andert andeson andina andis ando andoh andon andonian andrachak andracki andrada andrades \
            andradez andrado andrae andrango andras andreadis andreason andreassen andreassi andreatta andreen \
            andreessen andregg andren andreola andreoli andreoni andreotti andreozzi andrepont andreu andreula \
            andrian andrich andrick andries andringa andrino andrion andriopulos andris andrle androde androes \
            androlewicz andronis andros androsky andrson andrulis andruss andruszkiewic andruzzi andry andrzejczak \
            andrzejczyk andueza andujo andzulis anecelle anelli anello anene anerton anes aneshansley anesi anestos \
            anetsberger anewalt aney anez anfinson angalich angarola angelbeck angeletti angeli angelico angelilli \
            angelillo angelini angelino angelle angello angellotti angelocci angeloff angelone angeloni angeloro \
            angelos angelotti angelou angelovich angelozzi angelson angelucci anger angerer angerman angermeier \
            angeron angers angert angevine angiano angier angilello angileri angilletta angiolelli angiolillo \
            angione angis anglada anglade angland angleberger anglebrandt anglemyer anglen angles angleton angley \
            anglum angocicco angold angolo angon angotti angove angrisano angry angst angstadt angton angustia \
            angviano angwin anhalt anhorn anichini anick anidi aniello animashaun aningalan aninion aniol anis \
            anitok ankenman ankeny ankersen anklam ankrapp ankrom ankrum anliker annable annal annala annan annand \
            annarino annarummo annarumo annas anneler annen annese anness annibale annicchiarico annichiarico \
            anning annino anno annon annonio annuzzi ano anoe anolick anon anos anreozzi ansara ansbacher ansbro \
            anschutz ansel anselm anselmi anshutz anslinger ansloan anslow ansoategui anspaugh anstead anstey \
            anstine antal antao antaya antczak anteby antee antell antenor antenucci anter antes anthes anthis \
            anthon antich antignani antigua antila antill antilla antillon antinarelli antinore antinoro antis \
            antista antkowiak antley antman antolak antolik antolin antolini antolos antona antonacci antonaccio \
            antonakos antonellis antonello antonetti antonetty antoniak antonich antoniewicz antonini antoniotti \
            antoniou antonis antoniuk antonopoulos antonovich antonsen antonson antos antosh antrican antrikin \
            antrim antrobus antronica anttila antu antuna antunes antwi antwine anway anyan anzai anzaldo anzaldua \
            anzideo anzora anzualda anzures aoay aono apa apadaca apadoca apaez apalategui apana aparo ape apela \
            apelian aper aperges apfel apicella apilado apker apkin apking apland apley aplin apling aplington apo \
            apodace apodoca apolinar apolito apollo apolo aponta apostal apostol app appana appelbaum appelgate \
            appelgren appeling appello appelman appelt appenzeller appert appia appiah appl applebee appleberry \
            applebury applegarth appleman applen applewhaite appleyard applonie appolonia aprea apresa aprigliano \
            aprill apruzzese apsey apshire apt apthorpe apuzzi apuzzo apyuan aquas aquero aquil aquilera aquilina \
            aquilino arab arabajian arabia arabian arabie aracena aradanas aragaki aragan aragao aragones aragoni \
            aragundi aragus arai arakawa araki araldi aramboles arambuia arambulo aramini aran aranas arancibia \
            arand araneo aranjo arano araque arashiro arata arato arau arauz arave aravjo araya arb arballo arbaugh \
            arbeiter arbertha arbetman arbizo arbo arbogust arboleda arbolida arbon arbry arbucci arbuthnot arca \
            arcadipane arcangel arcano arcaro arcaute arcea arcega arcement arch archacki archambeau archambeault \
            archangel archbell archbold archdale archibeque archibold archila archilla archiopoli archuletta archut \
            arcia arciba arcieri arciga arcila arcilla arcino arciola arcizo arcoraci arcos arcudi arcuo ardaly \
            ardan ardd ardelean ardeneaux ardery ardinger ardion ardizone ardizzone ardman ardner ardolino ardon \
            ardrey ardry ards arduini area areas arebalo arebela aredondo arehano areias areizaga arel arellanes \
            arelleano arenales arenburg arendale arendall arendash arender arendsee arendz arenivar arenivas arenos \
            arens arenson arenstam arentz arenz areola ares aresco arevalos arey arflack arfman argabright argall \
            arganbright argandona argenal argenbright argenti argentieri argento argenziano argetsinger argie \
            argiro argote argrave argro argrow argubright argudin argudo argue arguellez arguijo arguilez arguillo \
            arguin argulewicz argumedo argust argyle arhart arhelger ariail ariano ariaza aricas arichabala arico \
            aridas aries arietta arif arigo arildsen arimas arimoto aring arington ariola aris arisa arismendez \
            arista aristide aristizabal arisumi arita ariyoshi ariza arizaga arizola arizzi arjes arjona arjune \
            arkadie arkell arkema arkenberg arkin arking arkins arko arkontaky arlan arleth arlia arlinghaus \
            arlington arlotta arlt arm armacost armada armagost arman armant armantrout armato armbrester \
            armbrister armbrust armel armeli armelin armen armendarez armengol arment armenteros armento armentor \
            armesto armfield armiger armijos armillei armintrout armiso armlin armocida armold armon armond armout \
            armson armster armstong army arn arnaldo arnall arnao arnau arnaud arnaudet arndell arndorfer arne \
            arneberg arneecher arnell arnerich arnesen arnet arnhart arnhold arnholt arnholtz arning arnio arniotes \
            arnitz arnn arnoldi arnoldy arnot arnoux arnow arns arnsberger arnspiger arnst arnstein arnsworth arnt \
            arntson arntt arntz arntzen arnzen aro aroca aroche arollo aromin arone aronhalt aronica aronoff aronov \
            aronow aronowitz arons aronstein arora arosemena arostegui arouri aroyo arpino arps arquelles arquero \
            arqueta arquette arquitt arra arraiol arrambide arrance arrand arrants arras arrasmith arre arreaga \
            arredla arrellin arrendell arrendondo arrequin arrez arrezola arriano arriaza arriazola arribas arrick \
            arrigo arrigone arrindel arris arrisola arrison arritola arrizaga arrizola arrocha arrocho arrojo \
            arroliga arrollo arrospide arrott arrow arrowsmith arroyano arroyd arroyos arseneau arseneault arsham \
            arslan arslanian artale artalejo artega arterberry arterbury arters artez arthun artibee artice arties \
            artiga artiles artinger artinian artison artist artley artmann artola arton artry arts artus artuso \
            artzer aruiso aruizu arujo arunachalam arundel arva arvan arvanitis arvay arvayo arvelo arvesen arvez \
            arvie arview arvizo arya arzabala arzaga arzate arzilli arzo arzt arzu asad asaeli asai asakura asal \
            asam asamoah asano asante
            """
        ),
    ]
}
